/*
 * Commands, and what each of them is given: its arguments, the global options, the store.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/option.h"
#include "db/record.h"
#include "db/store.h"
#include "job/config.h"

struct session;

enum command_flag {
    COMMAND_COMPUTES =
        1,              /* wants OpenBLAS's best kernels, all threads, and to stop in good order */
    COMMAND_CONFIG = 2, /* takes the options of config.def */
};

struct command {
    const char *name;
    const char *words; /* what follows it: "RUN AMOUNT" */
    int least, most;   /* how many words */
    int flags;
    const char *summary;          /* one line */
    const char *about;            /* what --help says more; may be NULL */
    const struct option *options; /* its own; may be NULL */
    int (*run)(struct session *session, struct error *err);
};

extern const struct command command_train, command_prune, command_retrain, command_eval,
    command_runs, command_show, command_diff, command_gamma, command_query, command_tag,
    command_note, command_remove, command_pause, command_cancel, command_work, command_merge,
    command_batch, command_import, command_export, command_data, command_store, command_bench,
    command_doctor, command_explore, command_plot, command_completion, command_report;

/* All of them in the order of the help, ended by NULL. */
extern const struct command *const commands[];

const struct command *command_find(const char *name); /* NULL: none */

/* What a command works with. */
struct session {
    const struct command *command;
    struct arguments arguments;
    bool json, quiet, colour, input;
    int threads;         /* asked for; 0: the default */
    char *store_path;    /* NULL until it was asked for */
    struct store *store; /* open after session_open; closed at the end of the program */
};

/* Opens the store, unless it is open; main closes it. */
int session_open(struct session *session, enum store_mode mode, struct error *err);

/* Says what to run next, on stderr; "slimscope " comes in front. Not with --json or -q. */
void session_next(const struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What a TARGET names: run 7 is "7", pruning 3 is "p3", anything else a model file or a unique
 * prefix of a hash. */
struct target {
    char kind; /* 'r' or 'p' */
    int64_t id;
};
bool session_is_file(const char *text); /* hashes have no letter beyond f, no dot, no slash */
int session_target(struct session *session, const char *text, struct target *target,
                   struct error *err);
/* The same where only a run, or only a pruning (a bare number is one then), will do. */
int session_run(struct session *session, const char *text, struct run_row *row, struct error *err);
int session_pruning(struct session *session, const char *text, struct pruning_row *row,
                    struct error *err);

/* The runs of the store that the command's --filter lets through, `*all` being how many there are;
 * run_rows_free frees, also after an error. */
int session_list(struct session *session, struct run_row **rows, int *count, int *all,
                 struct error *err);

/* Sets the given options of config.def in `config`. */
int session_configure(const struct session *session, struct config *config, struct error *err);

/* Finds where the store is (session->store_path): --store, $SLIMSCOPE_STORE,
 * $XDG_DATA_HOME/slimscope/runs.db or ~/.local/share/slimscope/runs.db. ERROR_FAILED when there is
 * no home. session_open does this first. */
int session_store_path(struct session *session, struct error *err);

#endif
