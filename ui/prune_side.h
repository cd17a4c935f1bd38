/* A run under the slider of the Prune screen: what is known of it, and the probe that measures it.
 */
#ifndef UI_PRUNE_SIDE_H
#define UI_PRUNE_SIDE_H

#include "ui/prune_model.h"
#include "ui/prune_sense.h"
#include "ui/view.h"

struct prune_side {
    struct prune_model model;
    struct probe *probe; /* NULL: nothing is measured */
    double time_before;  /* seconds an image of the whole network; NaN: not measured */
};

/* Starts a probe, unless there is one or the scene stands still. */
void prune_side_start(struct prune_side *side, struct scene *scene);
void prune_side_done(struct prune_side *side);

/* Looks at another run (0: at none, and says so); nothing where it is looked at already. */
void prune_side_open(struct prune_side *side, struct scene *scene, int64_t run);

/* Tells the probe where the slider stands. */
void prune_side_ask(struct prune_side *side);

/* Takes in what was measured, and has kept what was measured for good; that of single layers goes
 * to `sense` (may be NULL). True: there was something. */
bool prune_side_take(struct prune_side *side, struct scene *scene, struct prune_sense *sense);

/* Reads again what may have changed in the store. True: something has. */
bool prune_side_refresh(struct prune_side *side, struct scene *scene);

#endif
