/*
 * What a plan says before it is expanded, and how its parts are read: shared by plan.c (sections),
 * plan_value.c (values), plan_prune.c (prunings, retrainings) and plan_expand.c (the runs).
 */
#ifndef JOB_PLAN_READ_H
#define JOB_PLAN_READ_H

#include <string.h>

#include "base/memory.h"
#include "job/plan.h"
#include "job/yaml.h"

/* Adds a zeroed element to the array `list` of `count`; its address. */
#define PLAN_ADD(list, count)                                                                      \
    ((list) = memory_grow(list, (size_t)(count) + 1, sizeof *(list)),                              \
     memset(&(list)[count], 0, sizeof *(list)), &(list)[(count)++])

/* A field and the values it takes in turn. */
struct plan_axis {
    enum config_field field;
    char **text; /* (count) */
    int *place;  /* (count) their lines */
    int count;
    int line;
};

/* Which runs a rule is about, and what it sets in them. */
struct plan_rule {
    struct plan_axis *when; /* (whens): all must hold; one holds with any of its values */
    int whens;
    struct plan_setting *set; /* (sets) */
    int sets;
};

struct draft {
    struct plan *plan;
    struct plan_setting *base; /* (bases) */
    int bases;
    struct plan_axis *grid; /* (grids) in the plan's order */
    int grids;
    struct plan_axis *zip; /* (zips) of one length */
    int zips;
    struct plan_rule *exclude, *override; /* (excludes), (overrides) */
    int excludes, overrides;
    int line; /* of `grid`, else of the plan's start */
    struct error *err;
};

/* "PATH:LINE: …": an error of the plan. */
int draft_fail(const struct draft *draft, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PATH:LINE: " in front of what a function of config.h said, in a plan's words (options have
 * dashes, keys have none). */
int draft_place(const struct draft *draft, int line);

/* "WHERE: KEY: no such key", suggesting the nearest of `known`. */
int draft_unknown(const struct draft *draft, const char *where, const char *key, int line,
                  const char *const *known);

/* An error unless the node is of that kind; `what` names it. */
int draft_want(const struct draft *draft, const struct yaml *node, enum yaml_kind kind,
               const char *what);
int draft_flag(const struct draft *draft, const struct yaml *node, const char *key, bool *flag);
int draft_integer(const struct draft *draft, const struct yaml *node, const char *key, int low,
                  int high, int *value);

/* Adds the setting KEY: VALUE, or all of a map, to (*set)[*sets]. */
int draft_setting(const struct draft *draft, const char *where, const char *key,
                  const struct yaml *node, struct plan_setting **set, int *sets);
int draft_settings(const struct draft *draft, const char *where, const struct yaml *node,
                   struct plan_setting **set, int *sets);
void settings_free(struct plan_setting *set, int sets);

/* Adds the axes of a map of lists; `single` allows values alone. */
int draft_axes(const struct draft *draft, const char *where, const struct yaml *node, bool single,
               struct plan_axis **axes, int *count);

/* The sections `prune` and, after it, `retrain`. */
int draft_prunings(struct draft *draft, const struct yaml *node);
int draft_retrains(struct draft *draft, const struct yaml *node);

/* Fills plan->run from the draft. */
int draft_expand(const struct draft *draft);

#endif
