#include "job/config.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/text.h"

/* In the order of enum penalty_kind. */
static const char *const choices_penalty[] = {"none", "l1", "lp", "tl1", "mcp", "scad", NULL};
static const char *const choices_method[] = {"subgradient", NULL};
static const char *const choices_engine[] = {"fast", "blas", NULL};
_Static_assert(sizeof choices_penalty / sizeof *choices_penalty == PENALTY_KINDS + 1,
               "a name for each penalty");

#define CHOICES_TEXT(field)    NULL
#define CHOICES_REAL(field)    NULL
#define CHOICES_INTEGER(field) NULL
#define CHOICES_FLAG(field)    NULL
#define CHOICES_CHOICE(field)  choices_##field
#define CHOICES_LIST(field)    NULL
#define CHOICES_TAGS(field)    NULL
#define IDENTITY_YES           true
#define IDENTITY_NO            false

static const struct config_row rows[CONFIG_FIELDS] = {
#define CONFIG(field, key, type, def, low, high, identity, placeholder, help)                      \
    {#field,      key,  CONFIG_##type,        def, low, high, IDENTITY_##identity,                 \
     placeholder, help, CHOICES_##type(field)},
#include "job/config.def"
#undef CONFIG
};

/* Where each field stands in struct config. */
static const size_t offsets[CONFIG_FIELDS] = {
#define CONFIG(field, key, type, def, low, high, identity, placeholder, help)                      \
    offsetof(struct config, field),
#include "job/config.def"
#undef CONFIG
};

static void *place(struct config *config, enum config_field field)
{
    return (char *)config + offsets[field];
}

const void *config_value(const struct config *config, enum config_field field)
{
    return (const char *)config + offsets[field];
}

const struct config_row *config_row(enum config_field field)
{
    return &rows[field];
}

int config_find(const char *key)
{
    for (int i = 0; i < CONFIG_FIELDS; i++)
        if (text_equal(key, rows[i].key) || text_equal(key, rows[i].field))
            return i;
    return -1;
}

/* --- making, copying, freeing ----------------------------------------------------------------- */

static void clear_tags(struct config *config)
{
    for (int i = 0; i < config->tags; i++)
        free(config->tag[i]);
    free(config->tag);
    config->tag = NULL;
    config->tags = 0;
}

void config_init(struct config *config)
{
    *config = (struct config){.a = (double)NAN};
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        struct error err;
        if (config_set(config, (enum config_field)i, rows[i].standard, &err))
            abort(); /* the table contradicts itself */
        config->given[i] = false;
    }
}

void config_done(struct config *config)
{
    free(config->data);
    free(config->arch);
    free(config->keep);
    free(config->name);
    clear_tags(config);
    *config = (struct config){0};
}

void config_copy(const struct config *from, struct config *to)
{
    *to = *from;
    to->data = memory_copy_text(from->data);
    to->arch = memory_copy_text(from->arch);
    to->keep = memory_copy_text(from->keep);
    to->name = from->name ? memory_copy_text(from->name) : NULL;
    to->tag = from->tags ? NEW(char *, from->tags) : NULL;
    for (int i = 0; i < from->tags; i++)
        to->tag[i] = memory_copy_text(from->tag[i]);
}

/* --- text to value ---------------------------------------------------------------------------- */

const char *config_engine(const struct config *config)
{
    return choices_engine[config->engine];
}

static int refuse(const struct config_row *row, const char *text, struct error *err,
                  const char *why)
{
    return error_set(err, ERROR_USAGE, "--%s %s: %s", row->key, *text ? text : "''", why);
}

static int refuse_range(const struct config_row *row, const char *text, struct error *err)
{
    char low[32], high[32];
    return error_set(err, ERROR_USAGE, "--%s %s: must be between %s and %s", row->key, text,
                     text_print_double(row->low, low, sizeof low),
                     text_print_double(row->high, high, sizeof high));
}

static int set_real(const struct config_row *row, const char *text, double *to, struct error *err)
{
    double value;
    if (!text_parse_double(text, &value))
        return refuse(row, text, err, "not a number");
    if (value < row->low || value > row->high)
        return refuse_range(row, text, err);
    *to = value;
    return 0;
}

static int set_integer(const struct config_row *row, const char *text, int64_t *to,
                       struct error *err)
{
    int64_t value;
    if (!text_parse_integer(text, &value))
        return refuse(row, text, err, "not a whole number");
    if ((double)value < row->low || (double)value > row->high)
        return error_set(err, ERROR_USAGE, "--%s %s: must be between %.0f and %.0f", row->key, text,
                         row->low, row->high);
    *to = value;
    return 0;
}

static int set_flag(const struct config_row *row, const char *text, bool *to, struct error *err)
{
    if (!text_equal(text, "yes") && !text_equal(text, "no"))
        return refuse(row, text, err, "must be yes or no");
    *to = text_equal(text, "yes");
    return 0;
}

static int set_choice(const struct config_row *row, const char *text, int *to, struct error *err)
{
    for (int i = 0; row->choices[i]; i++)
        if (text_equal(text, row->choices[i])) {
            *to = i;
            return 0;
        }
    error_set(err, ERROR_USAGE, "--%s %s: must be %s", row->key, text, row->placeholder);
    const char *near = text_nearest(text, row->choices);
    return near ? error_hint(err, "did you mean %s?", near) : ERROR_USAGE;
}

/* "last", "drops", "all" or "every:N"; N is returned for the last. */
static bool parse_keep(const char *text, int64_t *every)
{
    *every = 0;
    if (strncmp(text, "every:", 6) == 0)
        return text_parse_integer(text + 6, every) && *every >= 1 && *every <= 1000000;
    return text_equal(text, "last") || text_equal(text, "drops") || text_equal(text, "all");
}

static int set_text(enum config_field field, const char *text, char **to, struct error *err)
{
    int64_t every;
    if (field == CONFIG_FIELD_keep && !parse_keep(text, &every))
        return refuse(&rows[field], text, err, "must be last, drops, every:N or all");
    free(*to);
    *to = field == CONFIG_FIELD_name && !*text ? NULL : memory_copy_text(text);
    return 0;
}

/* "50%" or "0.5". The percentage is taken as a decimal, so that 33.3% is the same as 0.333. */
static bool parse_share(const char *text, size_t length, double *share)
{
    if (length > 0 && text[length - 1] == '%') {
        struct decimal percent;
        if (!decimal_parse(text, length - 1, &percent) || percent.scale > 13)
            return false;
        percent.scale += 2;
        *share = decimal_value(percent);
    } else {
        char *number = memory_print("%.*s", (int)length, text);
        bool good = text_parse_double(number, share);
        free(number);
        if (!good)
            return false;
    }
    return *share > 0 && *share < 1;
}

static int set_drops(const struct config_row *row, const char *text, struct config *config,
                     struct error *err)
{
    double shares[TRAIN_DROPS_MAX];
    int count = 0;
    if (!text_equal(text, "none")) {
        for (const char *at = text;; at++) {
            size_t length = strcspn(at, ",");
            if (count == TRAIN_DROPS_MAX)
                return refuse(row, text, err, "too many drops (at most 16)");
            if (!parse_share(at, length, &shares[count]))
                return refuse(row, text, err, "must be none, or shares such as 50%,75%");
            if (count > 0 && shares[count] <= shares[count - 1])
                return refuse(row, text, err, "the shares must rise");
            count++;
            at += length;
            if (!*at)
                break;
        }
    }
    memcpy(config->lr_drops, shares, sizeof *shares * (size_t)count);
    config->lr_drop_count = count;
    return 0;
}

static void add_tag(struct config *config, const char *text, size_t length)
{
    char *tag = memory_print("%.*s", (int)length, text);
    for (int i = 0; i < config->tags; i++)
        if (text_equal(config->tag[i], tag)) {
            free(tag);
            return;
        }
    config->tag = memory_grow(config->tag, (size_t)config->tags + 1, sizeof *config->tag);
    config->tag[config->tags++] = tag;
}

/* Adds the comma-separated tags. */
static int set_tags(const struct config_row *row, const char *text, struct config *config,
                    struct error *err)
{
    if (*text == ',' || strstr(text, ",,") || text[strlen(text) - 1] == ',')
        return refuse(row, text, err, "a tag must not be empty");
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        add_tag(config, at, length);
        at += length;
        if (!*at)
            return 0;
    }
}

/* Back to having no value, which is the default where the table gives none. */
static void unset(struct config *config, enum config_field field)
{
    struct error err;
    if (rows[field].type == CONFIG_REAL)
        *(double *)place(config, field) = (double)NAN;
    else if (rows[field].type == CONFIG_TAGS)
        clear_tags(config);
    else
        set_text(field, "", place(config, field), &err);
    config->given[field] = false;
}

int config_set(struct config *config, enum config_field field, const char *text, struct error *err)
{
    const struct config_row *row = &rows[field];
    int code = 0;
    if (!*text && !*row->standard) {
        unset(config, field);
        return 0;
    }
    switch (row->type) {
    case CONFIG_TEXT: code = set_text(field, text, place(config, field), err); break;
    case CONFIG_REAL: code = set_real(row, text, place(config, field), err); break;
    case CONFIG_INTEGER: code = set_integer(row, text, place(config, field), err); break;
    case CONFIG_FLAG: code = set_flag(row, text, place(config, field), err); break;
    case CONFIG_CHOICE: code = set_choice(row, text, place(config, field), err); break;
    case CONFIG_LIST: code = set_drops(row, text, config, err); break;
    case CONFIG_TAGS: code = set_tags(row, text, config, err); break;
    }
    if (code == 0)
        config->given[field] = true;
    return code;
}

/* --- value to text ---------------------------------------------------------------------------- */

/* The shortest percentage that reads back to the same number; false where there is none. */
static bool print_percent(double share, char *text, size_t size)
{
    double again;
    for (int decimals = 0; decimals <= 13; decimals++) {
        snprintf(text, size, "%.*f%%", decimals, share * 100);
        if (parse_share(text, strlen(text), &again) && again == share)
            return true;
    }
    return false;
}

/* All as percentages, or, where one has none, all as plain numbers. */
static char *get_drops(const struct config *config)
{
    struct text text = {0};
    char number[32];
    bool percents = true;
    for (int i = 0; i < config->lr_drop_count && percents; i++)
        percents = print_percent(config->lr_drops[i], number, sizeof number);
    for (int i = 0; i < config->lr_drop_count; i++) {
        if (percents)
            print_percent(config->lr_drops[i], number, sizeof number);
        else
            text_print_double(config->lr_drops[i], number, sizeof number);
        text_add(&text, "%s%s", i ? "," : "", number);
    }
    if (config->lr_drop_count == 0)
        text_add(&text, "none");
    return text_take(&text);
}

static char *get_tags(const struct config *config)
{
    struct text text = {0};
    for (int i = 0; i < config->tags; i++)
        text_add(&text, "%s%s", i ? "," : "", config->tag[i]);
    return text_take(&text);
}

static char *get_real(double value)
{
    char number[32];
    return memory_copy_text(isnan(value) ? "" : text_print_double(value, number, sizeof number));
}

char *config_get(const struct config *config, enum config_field field)
{
    const void *value = config_value(config, field);
    const char *text = NULL;
    switch (rows[field].type) {
    case CONFIG_TEXT: text = *(char *const *)value; break;
    case CONFIG_REAL: return get_real(*(const double *)value);
    case CONFIG_INTEGER: return memory_print("%lld", (long long)*(const int64_t *)value);
    case CONFIG_FLAG: text = *(const bool *)value ? "yes" : "no"; break;
    case CONFIG_CHOICE: text = rows[field].choices[*(const int *)value]; break;
    case CONFIG_LIST: return get_drops(config);
    case CONFIG_TAGS: return get_tags(config);
    }
    return memory_copy_text(text ? text : "");
}

/* --- what hangs together ---------------------------------------------------------------------- */

static int check_above(const struct config *config, enum config_field field, double limit,
                       struct error *err)
{
    const double value = *(const double *)config_value(config, field);
    char number[32];
    if (value > limit)
        return 0;
    return error_set(err, ERROR_USAGE, "--%s %s: must be above %g for --penalty %s",
                     rows[field].key, text_print_double(value, number, sizeof number), limit,
                     choices_penalty[config->penalty]);
}

int config_resolve(struct config *config, struct error *err)
{
    static const double a_above[PENALTY_KINDS] = {[PENALTY_MCP] = 1, [PENALTY_SCAD] = 2};
    const enum penalty_kind kind = (enum penalty_kind)config->penalty;
    int code = 0;
    if (kind != PENALTY_NONE)
        code = check_above(config, CONFIG_FIELD_lambda, 0, err);
    if (code == 0 && penalty_uses_a(kind)) {
        if (isnan(config->a))
            config->a = penalty_default_a(kind, config->lambda);
        code = check_above(config, CONFIG_FIELD_a, a_above[kind], err);
    }
    if (code == 0 && penalty_uses_p(kind)) {
        code = check_above(config, CONFIG_FIELD_p, 0, err);
        if (code == 0 && config->p >= 1)
            code = error_set(err, ERROR_USAGE, "--p 1: must be below 1 for --penalty lp");
    }
    return code;
}

bool config_acts(const struct config *config, enum config_field field)
{
    const enum penalty_kind kind = (enum penalty_kind)config->penalty;
    switch (field) {
    case CONFIG_FIELD_lambda:
    case CONFIG_FIELD_method: return kind != PENALTY_NONE;
    case CONFIG_FIELD_a: return penalty_uses_a(kind);
    case CONFIG_FIELD_p:
    case CONFIG_FIELD_lp_eps: return penalty_uses_p(kind);
    case CONFIG_FIELD_nesterov: return config->momentum > 0;
    default: return true;
    }
}

/* --- for training ----------------------------------------------------------------------------- */

void config_train_options(const struct config *config, struct train_options *options)
{
    *options = (struct train_options){
        .epochs = (int)config->epochs,
        .batch = (int)config->batch,
        .learning_rate = config->lr,
        .momentum = config->momentum,
        .weight_decay = config->weight_decay,
        .nesterov = config->nesterov,
        .drop_count = config->lr_drop_count,
        .penalty = {.kind = (enum penalty_kind)config->penalty,
                    .lambda = config->lambda,
                    .a = config->a,
                    .p = config->p,
                    .epsilon = config->lp_eps},
        .seed = (uint64_t)config->seed,
        .augment = config->augment,
    };
    memcpy(options->drops, config->lr_drops, sizeof options->drops);
}

bool config_keeps(const struct config *config, int epoch, bool best)
{
    int64_t every;
    if (epoch == config->epochs || text_equal(config->keep, "all"))
        return true;
    if (parse_keep(config->keep, &every) && every > 0)
        return epoch % every == 0;
    if (text_equal(config->keep, "last"))
        return false;
    if (best)
        return true;
    struct train_options options;
    int drops[TRAIN_DROPS_MAX];
    config_train_options(config, &options);
    int count = train_before_drops(&options, drops);
    for (int i = 0; i < count; i++)
        if (drops[i] == epoch)
            return true;
    return false;
}
