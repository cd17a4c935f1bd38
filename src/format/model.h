/*
 * Model files: a network as safetensors with the reference code's tensor names, so that a PyTorch
 * module of the same shape loads it, and a state that PyTorch saved is read back.
 */
#ifndef FORMAT_MODEL_H
#define FORMAT_MODEL_H

#include "net/net.h"

/* Which gates on shared streams get "….select.indexes" (F32, 1 or 0 a channel, full length). */
enum model_select {
    MODEL_SELECT_NEEDED, /* those that drop channels, or were read with one */
    MODEL_SELECT_ALWAYS, /* all of them */
};

/* Writes the network; the metadata carries its description ("slimscope": JSON of spec_to_json).
 * The bytes depend on the network alone. Size and SHA-256 of the file go to *bytes and `hash`
 * (either may be NULL). */
int model_write(struct net *net, enum model_select select, const char *path, int64_t *bytes,
                char hash[HASH_TEXT], struct error *err);

/*
 * Reads a network, full or in the reference code's pruned form (recognise.h). What the file's
 * metadata says counts where names and shapes agree with it. Counters (num_batches_tracked) may be
 * missing, nothing else may, and nothing may be over; all numbers must be finite, variances not
 * negative. ERROR_DATA naming the file and the tensor. The network is not prepared; the caller
 * frees it.
 */
int model_read(const char *path, struct net **net, struct error *err);

#endif
