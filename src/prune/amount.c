#include "prune/amount.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { MOST_FLOOR = 100000 };

static const char *const kind_names[] = {
    [AMOUNT_CHANNELS] = "channels",
    [AMOUNT_THRESHOLD] = "threshold",
    [AMOUNT_PARAMETERS] = "parameters",
    [AMOUNT_MACS] = "macs",
};

const char *amount_kind_name(enum amount_kind kind)
{
    return kind_names[kind];
}

int amount_find_kind(const char *name)
{
    for (int kind = 0; kind < AMOUNT_KINDS; kind++)
        if (text_equal(name, kind_names[kind]))
            return kind;
    return -1;
}

/* --- quantities ------------------------------------------------------------------------------ */

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* The power of ten of a suffix: k, M, G; 0 for any other letter. */
static int suffix_power(char letter)
{
    switch (letter) {
    case 'k':
    case 'K': return 3;
    case 'm':
    case 'M': return 6;
    case 'g':
    case 'G': return 9;
    default: return 0;
    }
}

/* "2M", "1.5k", "800000", "1e6": a whole number, fractions dropped. */
static bool parse_count(const char *text, int64_t *count)
{
    size_t length = strlen(text);
    int power = length > 0 ? suffix_power(text[length - 1]) : 0;
    struct decimal number;
    double value;
    if (strpbrk(text, "eE") && !strpbrk(text, "xX") && text_parse_double(text, &value) &&
        value >= 1 && value <= 1e15) {
        *count = (int64_t)value;
        return true;
    }
    if (!decimal_parse(text, length - (power > 0), &number) ||
        decimal_value(number) * pow(10, power) > 1e15)
        return false;
    power -= number.scale;
    *count =
        power >= 0 ? number.digits * power_of_ten(power) : number.digits / power_of_ten(-power);
    return true;
}

static int set_share(struct amount *amount, const char *what, const char *text, struct error *err)
{
    size_t length = strlen(text);
    if (length == 0 || text[length - 1] != '%' ||
        !decimal_parse(text, length - 1, &amount->percent))
        return error_set(err, ERROR_USAGE, "%s %s: not a percentage; write 70%%", what, text);
    return decimal_value(amount->percent) < 100
               ? 0
               : error_set(err, ERROR_USAGE, "%s %s: must be below 100%%", what, text);
}

int amount_set(struct amount *amount, enum amount_kind kind, const char *what, const char *text,
               struct error *err)
{
    bool may_be_budget = kind == AMOUNT_PARAMETERS || kind == AMOUNT_MACS;
    amount->kind = kind;
    amount->is_budget = may_be_budget && parse_count(text, &amount->budget);
    if (amount->is_budget)
        return 0;
    if (kind != AMOUNT_THRESHOLD)
        return set_share(amount, what, text, err);
    return text_parse_double(text, &amount->threshold) && amount->threshold >= 0
               ? 0
               : error_set(err, ERROR_USAGE, "%s %s: must be a number, at least 0", what, text);
}

/* --- floors ---------------------------------------------------------------------------------- */

static bool parse_floor(const char *text, size_t length, int *floor)
{
    char number[16];
    int64_t value;
    if (length == 3 && memcmp(text, "all", 3) == 0) {
        *floor = INT_MAX;
        return true;
    }
    if (length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = '\0';
    *floor =
        text_parse_integer(number, &value) && value >= 0 && value <= MOST_FLOOR ? (int)value : -1;
    return *floor >= 0;
}

/* "NAME=N" or "NAME=all". */
static bool parse_gate_floor(const char *text, size_t length, struct gate_floor *one)
{
    const char *equals = memchr(text, '=', length);
    if (!equals || equals == text)
        return false;
    *one = (struct gate_floor){.name = text, .length = (size_t)(equals - text)};
    return parse_floor(equals + 1, length - one->length - 1, &one->least);
}

bool amount_next_floor(const char **list, struct gate_floor *one)
{
    size_t length = *list ? strcspn(*list, ",") : 0;
    if (length == 0 || !parse_gate_floor(*list, length, one))
        return false;
    *list += length;
    *list += **list == ',';
    return true;
}

int amount_set_floor(struct amount *amount, const char *what, const char *text, struct error *err)
{
    struct gate_floor one;
    size_t length = strcspn(text, ",");
    const char *rest = text;
    amount->floor = 1;
    if (!memchr(text, '=', length)) {
        if (!parse_floor(text, length, &amount->floor) || amount->floor == INT_MAX)
            return error_set(err, ERROR_USAGE,
                             "%s %s: must be a number from 0 to %d, then LAYER=N or LAYER=all",
                             what, text, MOST_FLOOR);
        rest += length + (text[length] == ',');
    }
    amount->layers = *rest ? rest : NULL;
    while (amount_next_floor(&rest, &one))
        ;
    return *rest ? error_set(err, ERROR_USAGE, "%s %s: must be LAYER=N or LAYER=all", what, rest)
                 : 0;
}

/* --- as text --------------------------------------------------------------------------------- */

static void add_quantity(struct text *text, const struct amount *amount)
{
    char number[32];
    text_add(text, "--%s ", kind_names[amount->kind]);
    if (amount->kind == AMOUNT_THRESHOLD)
        text_add(text, "%s", text_print_double(amount->threshold, number, sizeof number));
    else if (amount->is_budget)
        text_add(text, "%lld", (long long)amount->budget);
    else
        text_add(text, "%s%%", decimal_print(amount->percent, number, sizeof number));
}

char *amount_text(const struct amount *amount)
{
    struct text text = {0};
    add_quantity(&text, amount);
    if (amount->floor != 1 || amount->layers)
        text_add(&text, " --floor %d", amount->floor);
    if (amount->layers)
        text_add(&text, ",%s", amount->layers);
    if (amount->round != 1)
        text_add(&text, " --round %d", amount->round);
    if (amount->as_published)
        text_add(&text, " --as-published");
    if (amount->fold_beta)
        text_add(&text, " --fold-beta");
    return text_take(&text);
}

char *amount_print(const struct amount *amount, char *text, size_t size)
{
    char *whole = amount_text(amount);
    snprintf(text, size, "%s", whole);
    free(whole);
    return text;
}

/* --- reading --------------------------------------------------------------------------------- */

enum word {
    WORD_KIND,
    WORD_FLOOR = AMOUNT_KINDS,
    WORD_ROUND,
    WORD_FOLD,
    WORD_PUBLISHED,
    WORD_NONE
};

static const struct {
    const char *text;
    int word; /* an amount_kind, or one of the others */
} words[] = {
    {"channels", AMOUNT_CHANNELS},
    {"channel", AMOUNT_CHANNELS},
    {"parameters", AMOUNT_PARAMETERS},
    {"parameter", AMOUNT_PARAMETERS},
    {"params", AMOUNT_PARAMETERS},
    {"macs", AMOUNT_MACS},
    {"mac", AMOUNT_MACS},
    {"threshold", AMOUNT_THRESHOLD},
    {"gamma", AMOUNT_THRESHOLD},
    {"γ", AMOUNT_THRESHOLD},
    {"floor", WORD_FLOOR},
    {"round", WORD_ROUND},
    {"fold", WORD_FOLD},
    {"fold-beta", WORD_FOLD},
    {"as-published", WORD_PUBLISHED},
};
enum { WORDS = sizeof words / sizeof *words };

static int find_word(const char *text)
{
    char lower[24] = "";
    text += strncmp(text, "--", 2) == 0 ? 2 : 0;
    for (size_t i = 0; text[i] && i + 1 < sizeof lower; i++)
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    for (int i = 0; i < WORDS && strlen(text) < sizeof lower; i++)
        if (text_equal(lower, words[i].text))
            return words[i].word;
    return WORD_NONE;
}

/* What has been read of an amount. */
struct reading {
    struct amount *amount;
    const char *quantity;
    int kind; /* −1: not said */
};

static int read_rule(struct reading *r, int word, char **rest, struct error *err)
{
    int64_t round;
    const char *value = NULL;
    if (word == WORD_FOLD)
        r->amount->fold_beta = true;
    else if (word == WORD_PUBLISHED)
        r->amount->as_published = true;
    else if (!(value = strtok_r(NULL, " ", rest)))
        return error_set(err, ERROR_USAGE, "%s: of how many channels?",
                         word == WORD_FLOOR ? "floor" : "round");
    else if (word == WORD_FLOOR)
        return amount_set_floor(r->amount, "floor", value, err);
    else if (!text_parse_integer(value, &round) || round < 1 || round > MOST_FLOOR)
        return error_set(err, ERROR_USAGE, "round %s: must be a number from 1 to %d", value,
                         MOST_FLOOR);
    else
        r->amount->round = (int)round;
    return 0;
}

static int read_word(struct reading *r, const char *token, char **rest, struct error *err)
{
    int word = find_word(token);
    if (word == WORD_NONE && strchr("0123456789.", *token)) {
        if (r->quantity)
            return error_set(err, ERROR_USAGE, "%s and %s: only one amount can be given",
                             r->quantity, token);
        r->quantity = token;
        return 0;
    }
    if (word == WORD_NONE)
        return error_set(err, ERROR_USAGE,
                         "\"%s\": an amount is 70%%, 0.01 (a threshold), 50%% params, 2M macs",
                         token);
    if (word >= AMOUNT_KINDS)
        return read_rule(r, word, rest, err);
    if (r->kind >= 0)
        return error_set(err, ERROR_USAGE, "%s and %s: only one amount can be given",
                         kind_names[r->kind], token);
    r->kind = word;
    return 0;
}

/* A quantity that stands alone tells its kind by how it is written. */
static int settle(struct reading *r, struct error *err)
{
    size_t length = r->quantity ? strlen(r->quantity) : 0;
    if (!r->quantity)
        return r->kind < 0
                   ? 0
                   : error_set(err, ERROR_USAGE, "%s: how much of it?", kind_names[r->kind]);
    if (r->kind < 0 && suffix_power(r->quantity[length - 1]))
        return error_set(err, ERROR_USAGE, "%s of what: write %s macs, or %s params", r->quantity,
                         r->quantity, r->quantity);
    if (r->kind < 0)
        r->kind = r->quantity[length - 1] == '%' ? AMOUNT_CHANNELS : AMOUNT_THRESHOLD;
    return amount_set(r->amount, (enum amount_kind)r->kind, kind_names[r->kind], r->quantity, err);
}

static bool ends_word(const char *at)
{
    return *at == '\0' || *at == ' ';
}

/* "50 %" and "2 M" become "50%" and "2M". */
static void close_up(char *text)
{
    char *to = text;

    for (const char *at = text; *at; *to++ = *at++) {
        const char *next = at + strspn(at, " ");
        bool unit = *next == '%' || (*next && suffix_power(*next) && ends_word(next + 1));
        if (*at == ' ' && to > text && to[-1] >= '0' && to[-1] <= '9' && unit)
            at = next;
    }
    *to = '\0';
}

int amount_read(const char *text, struct amount *amount, bool *given, char **words_of,
                struct error *err)
{
    struct amount read = *amount;
    struct reading r = {.amount = &read, .kind = -1};
    char *copy = memory_copy_text(text), *rest = NULL;
    int code = 0;
    close_up(copy);
    for (char *token = strtok_r(copy, " ", &rest); token && !code;
         token = strtok_r(NULL, " ", &rest))
        code = read_word(&r, token, &rest, err);
    if (!code)
        code = settle(&r, err);
    *given = r.quantity;
    if (code)
        free(copy);
    else
        *amount = read;
    *words_of = code ? NULL : copy;
    return code;
}
