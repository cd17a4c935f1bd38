#include <stdlib.h>

#include "base/memory.h"
#include "net/work.h"

static int by_size(const void *left, const void *right)
{
    const struct lifetime *a = *(struct lifetime *const *)left;
    const struct lifetime *b = *(struct lifetime *const *)right;
    if (a->size != b->size)
        return a->size < b->size ? 1 : -1;
    return a < b ? -1 : a > b;
}

static bool collide(const struct lifetime *a, const struct lifetime *b)
{
    return a->first <= b->last && b->first <= a->last && a->offset < b->offset + b->size &&
           b->offset < a->offset + a->size;
}

/* Moves `life` up until it meets none of the `count` that have their place. */
static void settle(struct lifetime *life, struct lifetime *const *placed, int count)
{
    for (int i = 0; i < count;) {
        if (collide(life, placed[i])) {
            life->offset = placed[i]->offset + placed[i]->size;
            i = 0;
        } else {
            i++;
        }
    }
}

size_t place_lifetimes(struct lifetime *lives, int count)
{
    struct lifetime **order = NEW(struct lifetime *, count);
    size_t total = 0;
    for (int i = 0; i < count; i++)
        order[i] = &lives[i];
    qsort(order, (size_t)count, sizeof(struct lifetime *), by_size);
    for (int i = 0; i < count; i++) {
        order[i]->offset = 0;
        settle(order[i], order, i);
        if (order[i]->offset + order[i]->size > total)
            total = order[i]->offset + order[i]->size;
    }
    free(order);
    return total;
}
