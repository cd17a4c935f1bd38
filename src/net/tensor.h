/*
 * Tensors by name: the one table that the optimiser, checkpoints, surgery and exports go by.
 */
#ifndef NET_TENSOR_H
#define NET_TENSOR_H

#include <stddef.h>
#include <stdint.h>

enum { TENSOR_NAME = 64, TENSOR_DIMS = 4 };

enum tensor_type { TENSOR_F32, TENSOR_F64, TENSOR_I64, TENSOR_U8 };

/* A named array in somebody's memory: what a model file or a checkpoint is a list of. */
struct tensor_view {
    char name[TENSOR_NAME];
    enum tensor_type type;
    int dims; /* 0 … 4 */
    int64_t shape[TENSOR_DIMS];
    void *data;
};

/* The elements of a view, and its bytes. */
size_t tensor_view_count(const struct tensor_view *view);
size_t tensor_view_bytes(const struct tensor_view *view);

#endif
