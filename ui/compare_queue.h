/* What is missing of a series at the budget of the Compare screen, queued from there. */
#ifndef UI_COMPARE_QUEUE_H
#define UI_COMPARE_QUEUE_H

#include "job/request.h"
#include "ui/compare_model.h"
#include "ui/view.h"

/* Asks for how many epochs (scene_ask): as many as the series was retrained for so far, so that its
 * figures can be averaged. Says so when nothing is missing. */
void compare_ask_retraining(const struct compare_model *model, int series, struct scene *scene);

/* Queues a measured pruning of each run of the series (REQUEST_PRUNE), or its retraining too, where
 * there is none yet (REQUEST_RETRAIN). */
void compare_queue(const struct compare_model *model, int series, enum request_kind kind,
                   int64_t epochs, struct scene *scene);

#endif
