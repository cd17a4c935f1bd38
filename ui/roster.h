/*
 * The roster: all runs of the store as they stood at one moment. The screens share it, so that it
 * is read once for every change of the store, however many of them show it; it is never changed,
 * and stays as long as anyone holds it.
 */
#ifndef UI_ROSTER_H
#define UI_ROSTER_H

#include "db/record.h"

struct roster {
    struct run_row *row; /* ascending by id */
    int count;
    /* (count) a number for each run, the same for those of one series (run_series); of which the
     * finished and the others stand apart, for means are of what is finished */
    int *series;
    int64_t version; /* of the store */
    int holders;
};

/* The roster as the store stands, which the caller releases. *latest is the one that was read last
 * (NULL at first), and is held by its owner likewise. NULL on an error. */
struct roster *roster_hold(struct roster **latest, struct store *store, struct error *err);
void roster_release(struct roster *roster); /* NULL: nothing */

/* Whether the store still stands so; false for NULL. */
bool roster_is_current(const struct roster *roster, struct store *store);

/* The row of that id; NULL: there is none. */
const struct run_row *roster_find(const struct roster *roster, int64_t id);

#endif
