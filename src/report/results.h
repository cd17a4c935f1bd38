/*
 * A study's table as the paper has it: for each penalty and each amount of pruning the mean over
 * seeds of what was removed and of the accuracies before, after pruning, after retraining and of
 * the same shape trained from scratch.
 *
 * Method. An amount is a share of channels, parameters, MACs or bytes that goes; for each run it
 * comes down to a count on the run's own rank (prune/preview.h, as on the Compare screen), and so
 * to how many channels are kept. At a share of channels an accuracy is that of the recorded pruning
 * that keeps just as many, at the run's last epoch, under the usual limits, without folding. At any
 * other share the accuracy after pruning is interpolated between the recorded prunings around it
 * (and said to be), and retraining is that of the pruning that removes least, but as much as this.
 * What was not measured is NaN, never 0. All shares and accuracies are fractions 0 … 1.
 */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include "base/decimal.h"
#include "base/mean.h"
#include "prune/preview.h"
#include "report/seeds.h"

/* One run at a row's amount. The numbers of rows are 0, accuracies NaN, where there are none. */
struct result_point {
    int64_t run, seed;
    int64_t pruning, retraining, from_scratch;
    double before, removed[COST_AXES], pruned, retrained, scratch;
    double retrained_at, scratch_at; /* what their networks removed, where that is more; else NaN */
    bool guessed;                    /* `pruned` is interpolated */
};

/* What a row's columns show: the means that columns.def names. */
struct result_row {
    const struct seed_group *group;
    struct decimal percent;     /* that was to go */
    struct result_point *point; /* (group->runs) */
    struct mean before, channels, parameters, macs, bytes, pruned, retrained, scratch;
    struct mean retrained_at, scratch_at;
    unsigned best; /* a bit a column: the best mean of the rows it is compared with */
    bool guessed;  /* some of `pruned` is interpolated */
};

struct results {
    struct seeds seeds;
    enum cost_axis axis;
    bool validation; /* accuracies are those of validation images, not of test images */
    int unfinished;  /* runs that were left out, as the request says */
    struct result_row *row;
    int rows; /* by network and data, then by amount, then by penalty */
};

struct results_request {
    const int64_t *run;
    int runs;
    enum cost_axis axis;
    const struct decimal *percent; /* (percents); 0 of them: each share of the axis that some run
                                      was pruned by */
    int percents;
    bool validation;
    int unfinished;
};

/* Reads the table. results_done frees, also after an error. ERROR_DATA: no run, or none was pruned
 * and no amount is asked for. */
int results_read(struct results *results, struct store *store,
                 const struct results_request *request, struct error *err);
void results_done(struct results *results);

/* Whether two groups may be compared: one network, one data set. */
bool results_comparable(const struct seed_group *a, const struct seed_group *b);

#endif
