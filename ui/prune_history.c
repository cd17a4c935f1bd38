#include "ui/prune_history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Forgets all places from number `from` on. */
static void forget(struct prune_history *history, int from)
{
    while (history->places > from)
        free(history->place[--history->places].own);
}

void prune_history_done(struct prune_history *history)
{
    forget(history, 0);
    free(history->place);
    *history = (struct prune_history){0};
}

void prune_history_note(struct prune_history *history, const struct prune_model *model)
{
    if (!model->preview ||
        (history->places && prune_model_is_at(model, &history->place[history->at])))
        return;
    forget(history, history->places ? history->at + 1 : 0);
    if (history->places == PRUNE_HISTORY_MOST) {
        free(history->place[0].own);
        memmove(history->place, history->place + 1,
                (size_t)--history->places * sizeof *history->place);
    }
    history->place =
        memory_grow(history->place, (size_t)history->places + 1, sizeof *history->place);
    history->at = history->places++;
    history->place[history->at] = prune_model_place(model);
}

bool prune_history_go(struct prune_history *history, struct prune_model *model, struct store *store,
                      int steps)
{
    int to = history->at + steps;

    if (to < 0 || to >= history->places)
        return false;
    history->at = to;
    prune_model_go(model, store, &history->place[to]);
    return true;
}
