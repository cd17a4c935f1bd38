#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/record.h"
#include "db/store_private.h"

int study_make(struct store *store, const char *name, const char *plan, int64_t *id,
               struct error *err)
{
    struct statement s = statement_open(store, SQL_STUDY_MAKE);
    bind_text(&s, name);
    bind_text(&s, plan);
    bind_integer(&s, clock_milliseconds());
    *id = statement_next(&s) ? column_integer(&s) : 0;
    return statement_close(&s, err);
}

/* ERROR_DATA, and the names that there are. */
static int missing(struct store *store, const char *name, struct error *err)
{
    struct text names = {0};
    struct statement s = statement_open(store, SQL_STUDY_NAMES);
    while (statement_next(&s)) {
        char *one = column_text(&s);
        text_add(&names, "%s%s", *text_get(&names) ? ", " : "", one);
        free(one);
    }
    int code = statement_close(&s, err);
    if (!code) {
        code = error_set(err, ERROR_DATA, "%s: no such study", name);
        if (*text_get(&names))
            error_hint(err, "studies: %s", text_get(&names));
    }
    text_done(&names);
    return code;
}

int study_find(struct store *store, const char *name, int64_t *id, struct error *err)
{
    struct statement s = statement_open(store, SQL_STUDY_FIND);
    bind_text(&s, name);
    *id = statement_next(&s) ? column_integer(&s) : 0;
    int code = statement_close(&s, err);
    return code || *id ? code : missing(store, name, err);
}

int run_set_study(struct store *store, int64_t id, int64_t study, struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_SET_STUDY);
    bind_optional(&s, study);
    bind_integer(&s, id);
    return statement_change(&s, "run", id, err);
}

int run_pace(struct store *store, int64_t id, const char *host, int threads, double *seconds,
             struct error *err)
{
    struct statement s = statement_open(store, SQL_RUN_PACE);
    bind_integer(&s, id);
    bind_text(&s, host);
    bind_integer(&s, threads);
    *seconds = statement_next(&s) ? column_real(&s) : (double)NAN;
    return statement_close(&s, err);
}
