#include "ui/roster.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/store.h"

static struct roster *read_roster(struct store *store, struct error *err)
{
    struct roster *roster = NEW(struct roster, 1);

    roster->version = store_version(store);
    if (run_list(store, &roster->row, &roster->count, err)) {
        free(roster);
        return NULL;
    }
    roster->series = NEW(int, roster->count + 1);
    run_series(roster->row, roster->count, roster->series);
    for (int i = 0; i < roster->count; i++)
        roster->series[i] = 2 * roster->series[i] + (roster->row[i].status == RUN_FINISHED);
    roster->holders = 1;
    return roster;
}

bool roster_is_current(const struct roster *roster, struct store *store)
{
    return roster && roster->version == store_version(store);
}

struct roster *roster_hold(struct roster **latest, struct store *store, struct error *err)
{
    if (!roster_is_current(*latest, store)) {
        struct roster *fresh = read_roster(store, err);
        if (!fresh)
            return NULL;
        roster_release(*latest);
        *latest = fresh;
    }
    (*latest)->holders++;
    return *latest;
}

void roster_release(struct roster *roster)
{
    if (!roster || --roster->holders > 0)
        return;
    run_rows_free(roster->row, roster->count);
    free(roster->series);
    free(roster);
}

static int compare_ids(const void *key, const void *element)
{
    int64_t id = *(const int64_t *)key, other = ((const struct run_row *)element)->id;

    return (id > other) - (id < other);
}

const struct run_row *roster_find(const struct roster *roster, int64_t id)
{
    return roster->count
               ? bsearch(&id, roster->row, (size_t)roster->count, sizeof *roster->row, compare_ids)
               : NULL;
}
