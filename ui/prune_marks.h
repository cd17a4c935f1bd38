/*
 * Named marks on the Prune screen: an amount with the rules of its mask, kept under a name.
 *
 * They are the user's own and stand in $XDG_STATE_HOME/slimscope/marks.json (else
 * ~/.local/state/…) under the run's hash, so that they are there in every store that holds the run,
 * also in one that can only be read.
 */
#ifndef UI_PRUNE_MARKS_H
#define UI_PRUNE_MARKS_H

#include "base/error.h"

struct prune_mark {
    char *name, *amount; /* as options: "--channels 70% --floor 1,bn=all" */
    int epoch;
};

struct prune_marks {
    struct prune_mark *mark; /* (marks) in the order of their making */
    int marks;
};

/* Those of a run, none where there is no file. ERROR_DATA for a file that cannot be read. */
int prune_marks_read(struct prune_marks *marks, const char *run_hash, struct error *err);
void prune_marks_done(struct prune_marks *marks);

/* Adds one to a list, in place of one of the same name; or takes number `at` away. */
void prune_marks_add(struct prune_marks *marks, const char *name, int epoch, const char *amount);
void prune_marks_remove(struct prune_marks *marks, int at);

/* Writes the list of a run; those of other runs stay. */
int prune_marks_write(const struct prune_marks *marks, const char *run_hash, struct error *err);

#endif
