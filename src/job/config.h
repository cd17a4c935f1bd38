/*
 * A run's configuration: the values of config.def, read from text, filled with defaults, checked.
 */
#ifndef JOB_CONFIG_H
#define JOB_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "train/train.h"

enum config_type {
    CONFIG_TEXT,
    CONFIG_REAL,
    CONFIG_INTEGER,
    CONFIG_FLAG,
    CONFIG_CHOICE,
    CONFIG_LIST,
    CONFIG_TAGS,
};

/* The fields, in the table's order. */
enum config_field {
#define CONFIG(field, key, type, def, low, high, identity, placeholder, help) CONFIG_FIELD_##field,
#include "job/config.def"
#undef CONFIG
    CONFIG_FIELDS,
};

/* A row of config.def for who shows or parses it. */
struct config_row {
    const char *field, *key;
    enum config_type type;
    const char *standard; /* the default as typed; "" for none */
    double low, high;
    bool identity;
    const char *placeholder, *help;
    const char *const *choices; /* of a CHOICE, NULL-terminated; else NULL */
};
const struct config_row *config_row(enum config_field field);

/* The field of a plan's key or of an option's (without --), or −1. */
int config_find(const char *key);

struct config {
    char *data, *arch;
    double width;
    int penalty; /* enum penalty_kind */
    double lambda, p, lp_eps, a;
    int method, engine; /* index into the row's choices */
    int64_t epochs, batch;
    double lr, momentum;
    bool nesterov;
    double weight_decay;
    double lr_drops[TRAIN_DROPS_MAX];
    int lr_drop_count;
    double gamma_init;
    int64_t seed, val;
    bool augment;
    int64_t train_limit;
    char *keep, *name; /* name: NULL when none was given */
    char **tag;
    int tags;
    bool given[CONFIG_FIELDS]; /* set by the user, not by default */
};

/* All defaults. config_done frees; config_copy makes a second one. */
void config_init(struct config *config);
void config_done(struct config *config);
void config_copy(const struct config *from, struct config *to);

/* Sets one field from text, as typed after --key (a FLAG: "yes" or "no"), checking type and range.
 * ERROR_USAGE naming the option, the value and what is allowed. */
int config_set(struct config *config, enum config_field field, const char *text, struct error *err);

/* One field as text that config_set reads back to the same value. The caller frees. */
char *config_get(const struct config *config, enum config_field field);

/* Where the field's value stands in the configuration: a pointer to what its type says. */
const void *config_value(const struct config *config, enum config_field field);

/* The name of its engine. */
const char *config_engine(const struct config *config);

/*
 * Fills what depends on other values (a), and checks what hangs together: λ > 0 with a penalty,
 * a > 0 (tl1), > 1 (mcp), > 2 (scad), 0 < p < 1 (lp), the lists and keep rules. Options that cannot
 * act (λ with penalty none) are accepted and take no part in the identity.
 */
int config_resolve(struct config *config, struct error *err);

/* Whether a field can act in this (resolved) configuration: a, p, λ, ε by penalty. */
bool config_acts(const struct config *config, enum config_field field);

/* {"data":…,"arch":…,…}: every resolved value, null for what cannot act; and back. */
struct jvalue *config_to_json(const struct config *config);
int config_from_json(const struct jvalue *json, struct config *config, struct error *err);

/* The options of the training that this configuration describes. */
void config_train_options(const struct config *config, struct train_options *options);

/* Whether `--keep` wants the weights of this finished epoch for good (`best` = it is the best by
 * validation so far). */
bool config_keeps(const struct config *config, int epoch, bool best);

#endif
