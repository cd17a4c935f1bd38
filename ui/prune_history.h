/* Undo and redo on the Prune screen: the places where the user has been, in order. */
#ifndef UI_PRUNE_HISTORY_H
#define UI_PRUNE_HISTORY_H

#include "ui/prune_model.h"

enum { PRUNE_HISTORY_MOST = 1000 };

struct prune_history {
    struct prune_place *place; /* (places) */
    int places, at;            /* where the model stands now */
};

void prune_history_done(struct prune_history *history);

/* Notes where the model stands, when it has moved since; what was undone is forgotten then. A drag
 * is one step when it is noted at its end. */
void prune_history_note(struct prune_history *history, const struct prune_model *model);

/* Takes the model `steps` on (redo) or back (undo, < 0); 0: to where it stood when it was noted
 * last. False where there is nothing more. */
bool prune_history_go(struct prune_history *history, struct prune_model *model, struct store *store,
                      int steps);

#endif
