/*
 * What the Runs screen knows: the runs of the store in the order and by the filter that the user
 * chose, and on request those that differ in their seed alone as one line. No drawing here.
 */
#ifndef UI_RUNS_MODEL_H
#define UI_RUNS_MODEL_H

#include <stdbool.h>

#include "base/mean.h"
#include "job/filter.h"
#include "ui/roster.h"

/* The columns, and what each is sorted by: a text or a number of a run. */
enum runs_column {
    RUNS_ID,
    RUNS_NAME,
    RUNS_NETWORK,
    RUNS_DATA,
    RUNS_PENALTY,
    RUNS_LAMBDA,
    RUNS_SEED,
    RUNS_EPOCH,
    RUNS_STATUS,
    RUNS_VALIDATION,
    RUNS_TEST,
    RUNS_NEAR_ZERO,
    RUNS_PARAMETERS,
    RUNS_TAGS,
    RUNS_COLUMNS,
};

/* A series: runs that differ in their seed alone. */
struct runs_series {
    struct run_row row; /* of its first run, with the means in place of accuracies; owns nothing */
    int number;         /* of the roster's */
    int runs;
    struct mean validation, test, near_zero;
    bool open; /* its runs are shown, too */
};

struct runs_line {
    int run;    /* of `row`; of a series: its first */
    int series; /* of `series`, when the line stands for one; −1: for a run */
};

struct runs_model {
    struct roster *roster;
    const struct run_row *row; /* the roster's: all of the store */
    int count;
    struct runs_line *line; /* what is shown, in its order */
    int lines;
    int passing; /* how many runs pass the filter */
    char filter_text[512];
    struct filter *filter;
    enum runs_column sort;
    bool reverse, grouped;
    struct runs_series *series; /* when grouped, in their order */
    int serieses;
    int64_t *open; /* the first runs of series that are unfolded */
    int opens;
    struct error trouble; /* why the store could not be read */
};

/* Takes the runs over as the store stands (roster_hold); on an error what was there before stays.
 * Then arranges. */
void runs_model_read(struct runs_model *model, struct roster **latest, struct store *store);
void runs_model_done(struct runs_model *model);

/* Makes the lines again, after filter, order or grouping have changed. */
void runs_model_arrange(struct runs_model *model);

/* ERROR_USAGE when it is none; then the filter stays. */
int runs_model_filter(struct runs_model *model, const char *text, struct error *err);

/* Unfolds the series of a line, or folds it up. False when the line stands for none. */
bool runs_model_fold(struct runs_model *model, int line, bool open);

/* The run of a line (of a series its first); and the line of a run, −1 when it is not shown. */
const struct run_row *runs_model_run(const struct runs_model *model, int line);
int runs_model_find(const struct runs_model *model, int64_t run);

/* The series that a line stands for; NULL: it stands for a run. */
const struct runs_series *runs_model_series(const struct runs_model *model, int line);

/* Whether a run of the model's belongs to a line: it is its run, or one of its series. */
bool runs_model_covers(const struct runs_model *model, int line, const struct run_row *run);

/* What a column is of a run: a text, or else (NULL) a number, NaN when it is not known. */
const char *runs_text(const struct run_row *run, enum runs_column column);
double runs_number(const struct run_row *run, enum runs_column column);

#endif
