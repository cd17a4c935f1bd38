/*
 * Options on the command line: a table of them, and a strict parser.
 *
 * --name VALUE, --name=VALUE, -x VALUE, -xVALUE and flags; options and words may be mixed; `--`
 * ends the options. Names are never abbreviated. What a run is made of (config.def) stands in a
 * table of its own, config_options.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct option {
    const char *name;               /* without --; NULL ends a table */
    char letter;                    /* of the short form; 0: none */
    bool repeats;                   /* may be given more than once */
    bool config;                    /* a field of config.def … */
    int field;                      /* … this one … */
    const char *sets;               /* … which a flag sets to this text */
    const char *placeholder, *help; /* placeholder NULL: a flag */
};

/* --store and the like, which every command takes. */
extern const struct option global_options[];

/* The options of config.def. A flag comes twice, as --key and as --no-key. */
extern const struct option config_options[];

/* Whether `option` is a flag that only says what is so anyway: it is taken, but not shown. */
bool option_is_default(const struct option *option);

enum { OPTION_TABLES = 3 };

struct occurrence {
    const struct option *option;
    const char *value; /* NULL of a flag */
};

struct arguments {
    const struct option *table[OPTION_TABLES]; /* those that are known; NULL: no more */
    struct occurrence *seen;                   /* in the order given */
    int seen_count;
    const char **word; /* what is no option */
    int words;
};

/* Parses from argv[at] on; the texts stay argv's. With `first_word` it stops in front of the first
 * word. Returns through *next where it stopped. ERROR_USAGE naming the option; near misses are
 * suggested. */
int arguments_parse(struct arguments *arguments, char **argv, int at, bool first_word, int *next,
                    struct error *err);
void arguments_done(struct arguments *arguments);

/* Asking for an option that is in none of the tables is a bug and aborts. */
bool option_given(const struct arguments *arguments, const char *name);
const char *option_text(const struct arguments *arguments, const char *name); /* NULL: not given */

/* The FILE of -o. ERROR_USAGE: not given, or standard output. */
int option_output(const struct arguments *arguments, const char **path, struct error *err);

/* Leave *value alone where the option was not given. ERROR_USAGE: not a number, or not within
 * low … high. */
int option_integer(const struct arguments *arguments, const char *name, int64_t low, int64_t high,
                   int64_t *value, struct error *err);
int option_real(const struct arguments *arguments, const char *name, double low, double high,
                double *value, struct error *err);

#endif
