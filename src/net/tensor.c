#include "net/tensor.h"

size_t tensor_view_count(const struct tensor_view *view)
{
    size_t count = 1;
    for (int i = 0; i < view->dims; i++)
        count *= (size_t)view->shape[i];
    return count;
}

size_t tensor_view_bytes(const struct tensor_view *view)
{
    static const size_t sizes[] = {
        [TENSOR_F32] = 4,
        [TENSOR_F64] = 8,
        [TENSOR_I64] = 8,
        [TENSOR_U8] = 1,
    };
    return tensor_view_count(view) * sizes[view->type];
}
