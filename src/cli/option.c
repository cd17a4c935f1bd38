#include "cli/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/config.h"

const struct option global_options[] = {
    {.name = "store",
     .placeholder = "FILE",
     .help = "the store (default: $SLIMSCOPE_STORE, else $XDG_DATA_HOME/slimscope/runs.db)"},
    {.name = "threads",
     .placeholder = "N",
     .help = "threads that compute (default: $OMP_NUM_THREADS, else all CPUs)"},
    {.name = "json", .help = "print the result as one line of JSON"},
    {.name = "quiet", .letter = 'q', .help = "no progress, no hints; errors only"},
    {.name = "verbose", .letter = 'v', .help = "say more"},
    {.name = "no-color", .help = "no colours (also: $NO_COLOR)"},
    {.name = "no-input", .help = "never ask; take no for an answer"},
    {.name = "help", .letter = 'h', .help = "show this help"},
    {.name = "version", .help = "print the version"},
    {0},
};

#define VALUE(field_, key, placeholder_, help_, repeats_)                                          \
    {.name = (key),                                                                                \
     .config = true,                                                                               \
     .field = CONFIG_FIELD_##field_,                                                               \
     .repeats = (repeats_),                                                                        \
     .placeholder = (placeholder_),                                                                \
     .help = (help_)},
#define OPTION_TEXT(field, key, placeholder, help)    VALUE(field, key, placeholder, help, false)
#define OPTION_REAL(field, key, placeholder, help)    VALUE(field, key, placeholder, help, false)
#define OPTION_INTEGER(field, key, placeholder, help) VALUE(field, key, placeholder, help, false)
#define OPTION_CHOICE(field, key, placeholder, help)  VALUE(field, key, placeholder, help, false)
#define OPTION_LIST(field, key, placeholder, help)    VALUE(field, key, placeholder, help, false)
#define OPTION_TAGS(field, key, placeholder, help)    VALUE(field, key, placeholder, help, true)
#define OPTION_FLAG(field_, key, placeholder, help_)                                               \
    {.name = (key),                                                                                \
     .config = true,                                                                               \
     .field = CONFIG_FIELD_##field_,                                                               \
     .sets = "yes",                                                                                \
     .help = (help_)},                                                                             \
        {.name = "no-" key,                                                                        \
         .config = true,                                                                           \
         .field = CONFIG_FIELD_##field_,                                                           \
         .sets = "no",                                                                             \
         .help = "do not " help_},

const struct option config_options[] = {
#define CONFIG(field, key, type, def, low, high, identity, placeholder, help)                      \
    OPTION_##type(field, key, placeholder, help)
#include "job/config.def"
#undef CONFIG
    {0},
};

bool option_is_default(const struct option *option)
{
    return option->sets &&
           text_equal(option->sets, config_row((enum config_field)option->field)->standard);
}

/* --- finding ---------------------------------------------------------------------------------- */

static const struct option *find(const struct arguments *arguments, const char *name, size_t length)
{
    for (int t = 0; t < OPTION_TABLES && arguments->table[t]; t++)
        for (const struct option *o = arguments->table[t]; o->name; o++)
            if (strncmp(o->name, name, length) == 0 && !o->name[length])
                return o;
    return NULL;
}

static const struct option *find_letter(const struct arguments *arguments, char letter)
{
    for (int t = 0; t < OPTION_TABLES && arguments->table[t]; t++)
        for (const struct option *o = arguments->table[t]; o->name; o++)
            if (o->letter && o->letter == letter)
                return o;
    return NULL;
}

static int unknown(const struct arguments *arguments, const char *name, struct error *err)
{
    enum { MOST = 100 };
    const char *names[MOST + 1] = {0};
    int count = 0;
    char *word = memory_print("%.*s", (int)strcspn(name, "="), name);
    for (int t = 0; t < OPTION_TABLES && arguments->table[t]; t++)
        for (const struct option *o = arguments->table[t]; o->name && count < MOST; o++)
            names[count++] = o->name;
    error_set(err, ERROR_USAGE, "--%s: unknown option", word);
    const char *near = text_nearest(word, names);
    if (near)
        error_hint(err, "did you mean --%s?", near);
    free(word);
    return ERROR_USAGE;
}

/* --- parsing ---------------------------------------------------------------------------------- */

static int add(struct arguments *arguments, const struct option *option, const char *value,
               struct error *err)
{
    for (int i = 0; i < arguments->seen_count && option->placeholder && !option->repeats; i++)
        if (arguments->seen[i].option == option)
            return error_set(err, ERROR_USAGE, "--%s: given twice", option->name);
    arguments->seen =
        memory_grow(arguments->seen, (size_t)arguments->seen_count + 1, sizeof *arguments->seen);
    arguments->seen[arguments->seen_count++] = (struct occurrence){option, value};
    return 0;
}

/* The option's value: the word after it. Something that starts with -- is none (--name=--x is). */
static int take_next(struct arguments *arguments, const struct option *option, char **argv, int *at,
                     struct error *err)
{
    const char *next = argv[*at + 1];
    if (!next || strncmp(next, "--", 2) == 0)
        return error_set(err, ERROR_USAGE, "--%s: needs a value: %s", option->name,
                         option->placeholder);
    ++*at;
    return add(arguments, option, next, err);
}

static int parse_long(struct arguments *arguments, char **argv, int *at, struct error *err)
{
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct option *option = find(arguments, name, length);
    if (!option)
        return unknown(arguments, name, err);
    if (option->placeholder && !equals)
        return take_next(arguments, option, argv, at, err);
    if (!option->placeholder && equals)
        return error_set(err, ERROR_USAGE, "--%s: takes no value", option->name);
    return add(arguments, option, equals ? equals + 1 : NULL, err);
}

/* -q, -qv, -o FILE, -oFILE */
static int parse_short(struct arguments *arguments, char **argv, int *at, struct error *err)
{
    for (const char *letter = argv[*at] + 1; *letter; letter++) {
        const struct option *option = find_letter(arguments, *letter);
        if (!option)
            return error_set(err, ERROR_USAGE, "-%c: unknown option", *letter);
        if (option->placeholder)
            return letter[1] ? add(arguments, option, letter + 1, err)
                             : take_next(arguments, option, argv, at, err);
        int code = add(arguments, option, NULL, err);
        if (code)
            return code;
    }
    return 0;
}

static void add_word(struct arguments *arguments, const char *word)
{
    arguments->word =
        memory_grow(arguments->word, (size_t)arguments->words + 1, sizeof *arguments->word);
    arguments->word[arguments->words++] = word;
}

int arguments_parse(struct arguments *arguments, char **argv, int at, bool first_word, int *next,
                    struct error *err)
{
    bool ended = false;
    int code = 0;
    for (; argv[at] && code == 0; at++) {
        const char *word = argv[at];
        if (ended || word[0] != '-' || !word[1]) {
            if (first_word)
                break;
            add_word(arguments, word);
        } else if (text_equal(word, "--")) {
            ended = true;
        } else if (word[1] == '-') {
            code = parse_long(arguments, argv, &at, err);
        } else {
            code = parse_short(arguments, argv, &at, err);
        }
    }
    *next = at;
    return code;
}

void arguments_done(struct arguments *arguments)
{
    free(arguments->seen);
    free(arguments->word);
    *arguments = (struct arguments){0};
}

/* --- asking ----------------------------------------------------------------------------------- */

static const struct occurrence *last(const struct arguments *arguments, const char *name)
{
    const struct option *option = find(arguments, name, strlen(name));
    if (!option)
        abort(); /* not in the command's table */
    for (int i = arguments->seen_count - 1; i >= 0; i--)
        if (arguments->seen[i].option == option)
            return &arguments->seen[i];
    return NULL;
}

bool option_given(const struct arguments *arguments, const char *name)
{
    return last(arguments, name) != NULL;
}

const char *option_text(const struct arguments *arguments, const char *name)
{
    const struct occurrence *found = last(arguments, name);
    return found ? found->value : NULL;
}

int option_output(const struct arguments *arguments, const char **path, struct error *err)
{
    *path = option_text(arguments, "output");
    if (!*path || !**path)
        return error_set(err, ERROR_USAGE, "-o FILE is missing");
    if (text_equal(*path, "-"))
        return error_set(err, ERROR_USAGE, "-o -: standard output has the result; name a file");
    return 0;
}

int option_integer(const struct arguments *arguments, const char *name, int64_t low, int64_t high,
                   int64_t *value, struct error *err)
{
    const char *text = option_text(arguments, name);
    int64_t number;
    if (!text)
        return 0;
    if (!text_parse_integer(text, &number))
        return error_set(err, ERROR_USAGE, "--%s %s: not a whole number", name, text);
    if (number < low || number > high)
        return error_set(err, ERROR_USAGE, "--%s %s: must be between %lld and %lld", name, text,
                         (long long)low, (long long)high);
    *value = number;
    return 0;
}

int option_real(const struct arguments *arguments, const char *name, double low, double high,
                double *value, struct error *err)
{
    const char *text = option_text(arguments, name);
    double number;
    if (!text)
        return 0;
    if (!text_parse_double(text, &number))
        return error_set(err, ERROR_USAGE, "--%s %s: not a number", name, text);
    if (number < low || number > high)
        return error_set(err, ERROR_USAGE, "--%s %s: must be between %g and %g", name, text, low,
                         high);
    *value = number;
    return 0;
}
