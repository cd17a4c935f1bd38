/*
 * NPZ out: every tensor as NAME.npy (format 1.0) in a zip without compression, for numpy.load.
 */
#ifndef FORMAT_NPZ_H
#define FORMAT_NPZ_H

#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "net/tensor.h"

/* Writes `count` tensors. The bytes depend on them alone. Size and SHA-256 of the file go to *bytes
 * and `hash` (either may be NULL). */
int npz_write(const char *path, const struct tensor_view *views, int count, int64_t *bytes,
              char hash[HASH_TEXT], struct error *err);

#endif
