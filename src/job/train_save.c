#include <stdlib.h>

#include "base/clock.h"
#include "job/checkpoint.h"
#include "job/run.h"
#include "job/stretch.h"

static int best_epoch(struct stretch *s, const struct epoch_row *now, int *best, struct error *err)
{
    struct epoch_row *rows;
    int count;
    double highest = -1;
    *best = 0;
    int code = epoch_list(s->store, s->row.id, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        if (rows[i].val_accuracy > highest && (!now || rows[i].epoch < now->epoch)) {
            highest = rows[i].val_accuracy;
            *best = rows[i].epoch;
        }
    if (now && now->val_accuracy > highest)
        *best = now->epoch;
    free(rows);
    return 0;
}

/* Inside a transaction: the claim must still be ours. */
static int insert_checkpoint(struct stretch *s, struct checkpoint_row *row, struct error *err)
{
    return row->file ? checkpoint_insert(s->store, row, err) : 0;
}

int stretch_save_state(struct stretch *s, struct error *err)
{
    struct checkpoint_row row = {0};
    const struct train_state *state = trainer_state(s->trainer);
    int best = 0;
    int code = best_epoch(s, NULL, &best, err);
    if (!code)
        code = checkpoint_write_state(s->store, s->row.id, s->trainer, &row, err);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = job_check_claim(s->store, s->claim.job, s->claim.number, err);
    if (!code)
        code = insert_checkpoint(s, &row, err);
    if (!code)
        code = checkpoint_retire(s->store, s->row.id, &s->config, state->epoch - 1, state->batch,
                                 best, err);
    code = store_end(s->store, code, err);
    if (!code)
        checkpoint_sweep(s->store, s->row.id);
    checkpoint_row_done(&row);
    s->last_state = clock_seconds();
    return code;
}

int stretch_save_epoch(struct stretch *s, struct epoch_row *row, struct error *err)
{
    struct checkpoint_row state = {0}, weights = {0};
    int best = 0;
    bool last = row->epoch == s->options.epochs;
    int code = best_epoch(s, row, &best, err);
    if (!code && !last)
        code = checkpoint_write_state(s->store, s->row.id, s->trainer, &state, err);
    if (!code && (last || config_keeps(&s->config, row->epoch, best == row->epoch)))
        code = checkpoint_write_weights(s->store, s->row.id, row->epoch, s->net, &weights, err);
    if (!code)
        code = store_begin(s->store, err);
    if (!code)
        code = job_check_claim(s->store, s->claim.job, s->claim.number, err);
    if (!code)
        code = run_insert_epoch(s->store, s->net, row, err);
    if (!code)
        code = insert_checkpoint(s, &state, err);
    if (!code)
        code = insert_checkpoint(s, &weights, err);
    if (!code && s->validated.verdicts)
        code = verdict_insert(s->store, &s->validated, err);
    if (!code)
        code = checkpoint_retire(s->store, s->row.id, &s->config, row->epoch, 0, best, err);
    code = store_end(s->store, code, err);
    if (!code)
        checkpoint_sweep(s->store, s->row.id);
    checkpoint_row_done(&state);
    checkpoint_row_done(&weights);
    s->last_state = clock_seconds();
    return code;
}
