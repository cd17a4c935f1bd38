#include "job/filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

/* --- the keys --------------------------------------------------------------------------------- */

enum key {
    KEY_RUN,
    KEY_KIND,
    KEY_STATUS,
    KEY_NAME,
    KEY_TAG,
    KEY_ARCH,
    KEY_DATA,
    KEY_PENALTY,
    KEY_WIDTH,
    KEY_LAMBDA,
    KEY_A,
    KEY_P,
    KEY_SEED,
    KEY_EPOCH,
    KEY_EPOCHS,
    KEY_PRUNING,
    KEY_LOSS,
    KEY_ACC,
    KEY_VAL,
    KEY_TEST,
    KEY_SPARSE,
    KEY_CHANNELS,
    KEY_PARAMETERS,
    KEY_MACS,
    KEY_FLOPS,
    KEY_SECONDS,
    KEYS,
};

static const char *const keys[KEYS + 1] = {
    [KEY_RUN] = "run",
    [KEY_KIND] = "kind",
    [KEY_STATUS] = "status",
    [KEY_NAME] = "name",
    [KEY_TAG] = "tag",
    [KEY_ARCH] = "arch",
    [KEY_DATA] = "data",
    [KEY_PENALTY] = "penalty",
    [KEY_WIDTH] = "width",
    [KEY_LAMBDA] = "lambda",
    [KEY_A] = "a",
    [KEY_P] = "p",
    [KEY_SEED] = "seed",
    [KEY_EPOCH] = "epoch",
    [KEY_EPOCHS] = "epochs",
    [KEY_PRUNING] = "pruning",
    [KEY_LOSS] = "loss",
    [KEY_ACC] = "acc",
    [KEY_VAL] = "val",
    [KEY_TEST] = "test",
    [KEY_SPARSE] = "sparse",
    [KEY_CHANNELS] = "channels",
    [KEY_PARAMETERS] = "params",
    [KEY_MACS] = "macs",
    [KEY_FLOPS] = "flops",
    [KEY_SECONDS] = "seconds",
};

const char *const *filter_keys(void)
{
    return keys;
}

static bool is_text(enum key key)
{
    return key >= KEY_KIND && key <= KEY_PENALTY;
}

/* Text keys that a run has one of. */
static const char *text_of(const struct run_row *row, enum key key)
{
    switch (key) {
    case KEY_KIND: return run_kind_name(row->kind);
    case KEY_STATUS: return run_status_name(row->status);
    case KEY_NAME: return row->name ? row->name : "";
    case KEY_ARCH: return row->arch;
    case KEY_DATA: return row->data;
    case KEY_PENALTY: return row->penalty;
    default: return "";
    }
}

static double number_of(const struct run_row *row, enum key key)
{
    switch (key) {
    case KEY_RUN: return (double)row->id;
    case KEY_WIDTH: return row->width;
    case KEY_LAMBDA: return row->lambda;
    case KEY_A: return row->a;
    case KEY_P: return row->p;
    case KEY_SEED: return (double)row->seed;
    case KEY_EPOCH: return row->epoch;
    case KEY_EPOCHS: return row->epochs;
    case KEY_PRUNING: return (double)row->pruning;
    case KEY_LOSS: return row->train_loss;
    case KEY_ACC: /* what there is: by validation, else on the test images */
        return row->epoch && !isnan(row->val_accuracy) ? row->val_accuracy : row->test_accuracy;
    case KEY_VAL: return row->val_accuracy;
    case KEY_TEST: return row->test_accuracy;
    case KEY_SPARSE: return row->near_zero;
    case KEY_CHANNELS: return (double)row->channels;
    case KEY_PARAMETERS: return (double)row->parameters;
    case KEY_MACS: return (double)row->macs;
    case KEY_FLOPS: return (double)row->flops;
    case KEY_SECONDS: return row->seconds;
    default: return (double)NAN;
    }
}

/* --- parsing ---------------------------------------------------------------------------------- */

enum comparison { LESS, LESS_EQUAL, EQUAL, UNEQUAL, GREATER_EQUAL, GREATER };

struct term {
    bool word; /* `text` stands anywhere */
    enum key key;
    enum comparison comparison;
    char *text;
    double number;
};

struct filter {
    int terms;
    struct term *term;
};

/* The comparison at `text`, and how long it is. */
static enum comparison read_comparison(const char *text, size_t *length)
{
    static const struct {
        const char *sign;
        enum comparison comparison;
    } signs[] = {{"<=", LESS_EQUAL}, {">=", GREATER_EQUAL}, {"!=", UNEQUAL}, {"==", EQUAL},
                 {"<", LESS},        {">", GREATER},        {"=", EQUAL}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        *length = strlen(signs[i].sign);
        if (strncmp(text, signs[i].sign, *length) == 0)
            return signs[i].comparison;
    }
    *length = 1; /* a lone '!' */
    return UNEQUAL;
}

static int find_key(const char *word, size_t length, enum key *key, struct error *err)
{
    char *name = memory_print("%.*s", (int)length, word);
    for (int k = 0; k < KEYS; k++)
        if (text_equal(name, keys[k])) {
            *key = (enum key)k;
            free(name);
            return 0;
        }
    const char *near = text_nearest(name, keys);
    error_set(err, ERROR_USAGE, "filter: %s: no such key", name);
    free(name);
    if (near)
        return error_hint(err, "did you mean %s?", near);
    struct text all = {0};
    for (int k = 0; k < KEYS; k++)
        text_add(&all, "%s%s", k ? " " : "", keys[k]);
    error_hint(err, "keys: %s", text_get(&all));
    text_done(&all);
    return ERROR_USAGE;
}

/* "0.9" or "90%" */
static bool read_number(const char *text, double *number)
{
    char *digits = memory_copy_text(text);
    size_t length = strlen(digits);
    bool percent = length > 0 && digits[length - 1] == '%';
    if (percent)
        digits[length - 1] = '\0';
    bool good = text_parse_double(digits, number);
    if (good && percent)
        *number /= 100;
    free(digits);
    return good;
}

static int read_term(const char *word, struct term *term, struct error *err)
{
    size_t length = strcspn(word, "<>=!"), sign;
    *term = (struct term){.word = length == 0 || !word[length]};
    if (term->word) {
        term->text = memory_copy_text(word);
        return 0;
    }
    int code = find_key(word, length, &term->key, err);
    if (code)
        return code;
    term->comparison = read_comparison(word + length, &sign);
    const char *value = word + length + sign;
    if (is_text(term->key) && term->comparison != EQUAL && term->comparison != UNEQUAL)
        return error_set(err, ERROR_USAGE,
                         "filter: %s: a text can only be compared by = and !=", word);
    if (!is_text(term->key) && !read_number(value, &term->number))
        return error_set(err, ERROR_USAGE, "filter: %s: '%s' is not a number", word, value);
    term->text = memory_copy_text(value);
    return 0;
}

int filter_parse(const char *text, struct filter **filter, struct error *err)
{
    struct filter *made = NEW(struct filter, 1);
    int code = 0;
    for (const char *at = text; *at && !code;) {
        size_t length = strcspn(at, " \t");
        if (length > 0) {
            char *word = memory_print("%.*s", (int)length, at);
            made->term = memory_grow(made->term, (size_t)made->terms + 1, sizeof *made->term);
            code = read_term(word, &made->term[made->terms++], err);
            free(word);
        }
        at += length;
        at += strspn(at, " \t");
    }
    *filter = made;
    if (code) {
        filter_free(made);
        *filter = NULL;
    }
    return code;
}

void filter_free(struct filter *filter)
{
    for (int i = 0; filter && i < filter->terms; i++)
        free(filter->term[i].text);
    if (filter)
        free(filter->term);
    free(filter);
}

/* --- matching --------------------------------------------------------------------------------- */

static bool contains(const char *text, const char *word)
{
    return text && strcasestr(text, word) != NULL;
}

static bool match_word(const char *word, const struct run_row *row)
{
    for (enum key key = KEY_KIND; key <= KEY_PENALTY; key++)
        if (contains(text_of(row, key), word))
            return true;
    return contains(row->tags, word) || contains(row->note, word);
}

/* Whether `tag` is one of "a, b" (NULL: none). */
static bool has_tag(const char *tags, const char *tag)
{
    while (tags && *tags) {
        size_t length = strcspn(tags, ",");
        if (length == strlen(tag) && strncasecmp(tags, tag, length) == 0)
            return true;
        tags += length;
        tags += strspn(tags, ", ");
    }
    return false;
}

static bool match_text(const struct term *term, const struct run_row *row)
{
    bool equal = term->key == KEY_TAG ? has_tag(row->tags, term->text)
                                      : strcasecmp(text_of(row, term->key), term->text) == 0;
    return equal == (term->comparison == EQUAL);
}

static bool match_number(const struct term *term, double value)
{
    if (isnan(value))
        return false;
    switch (term->comparison) {
    case LESS: return value < term->number;
    case LESS_EQUAL: return value <= term->number;
    case EQUAL: return !(value < term->number || value > term->number);
    case UNEQUAL: return value < term->number || value > term->number;
    case GREATER_EQUAL: return value >= term->number;
    case GREATER: return value > term->number;
    }
    return false;
}

bool filter_match(const struct filter *filter, const struct run_row *row)
{
    for (int i = 0; filter && i < filter->terms; i++) {
        const struct term *term = &filter->term[i];
        bool good = term->word           ? match_word(term->text, row)
                    : is_text(term->key) ? match_text(term, row)
                                         : match_number(term, number_of(row, term->key));
        if (!good)
            return false;
    }
    return true;
}
