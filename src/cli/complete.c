/*
 * Method: the words in front of the last one are walked once: which command it is, how many plain
 * words it has, and whether an option still waits for its value. What the last word may be then
 * stands in the tables: an option's placeholder, or the command's `words`. Both are read as
 * grammar: what is lower-case stands as it is ("val|test|train", "check | backup FILE"), what is
 * upper-case is one of the kinds below.
 */
#include "cli/complete.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/describe.h"
#include "data/data.h"
#include "job/filter.h"
#include "net/spec.h"
#include "report/figure.h"

struct completion {
    struct session *session;
    const char *last; /* the beginning that candidates must have */
    const struct command *command;
    const struct option *waiting; /* its value comes next */
    const char **plain;           /* (plains) words after the command */
    int plains;
    const struct option **seen; /* (seens) options that were given */
    int seens;
};

static void offer(const struct completion *at, const char *candidate, const char *what)
{
    if (strncmp(candidate, at->last, strlen(at->last)) == 0)
        printf("%s\t%s\n", candidate, what);
}

/* --- kinds ------------------------------------------------------------------------------------ */

static void offer_prunings(const struct completion *at, int64_t run)
{
    struct pruning_row *rows;
    int count;
    if (pruning_list(at->session->store, run, &rows, &count, NULL) != 0)
        return;
    for (int i = 0; i < count; i++) {
        char id[32];
        char *what = memory_print("run %lld, %lld of %lld channels", (long long)run,
                                  (long long)rows[i].channels_kept, (long long)rows[i].channels);
        snprintf(id, sizeof id, "p%lld", (long long)rows[i].id);
        offer(at, id, what);
        free(what);
    }
    pruning_rows_free(rows, count);
}

static void offer_ids(const struct completion *at, bool runs, bool prunings)
{
    struct run_row *rows;
    int count;
    if (session_open(at->session, STORE_READ, NULL) != 0 ||
        run_list(at->session->store, &rows, &count, NULL) != 0)
        return;
    for (int i = 0; i < count; i++) {
        char id[32], network[80], penalty[80];
        char *what = memory_print(
            "%s %s %s %s", describe_network(&rows[i], network, sizeof network),
            rows[i].data ? rows[i].data : "", describe_penalty(&rows[i], penalty, sizeof penalty),
            rows[i].name ? rows[i].name : "");
        text_clean(what);
        snprintf(id, sizeof id, "%lld", (long long)rows[i].id);
        if (runs)
            offer(at, id, what);
        if (prunings)
            offer_prunings(at, rows[i].id);
        free(what);
    }
    run_rows_free(rows, count);
}

static void offer_runs(const struct completion *at)
{
    offer_ids(at, true, false);
}

static void offer_cut(const struct completion *at)
{
    offer_ids(at, false, true);
}

static void offer_targets(const struct completion *at)
{
    offer_ids(at, true, true);
}

static void offer_files(const struct completion *at)
{
    (void)at;
    puts(":files");
}

static void offer_data(const struct completion *at)
{
    if (strchr(at->last, ':')) {
        offer_files(at);
        return;
    }
    for (int i = 0; data_known(i); i++) {
        const struct data_info *info = data_known(i);
        const char *colon = strchr(info->form, ':');
        char *head = memory_print("%s%s", info->name, colon && colon[-1] != '[' ? ":" : "");
        offer(at, head, info->about);
        free(head);
    }
}

static void offer_networks(const struct completion *at)
{
    for (const char *const *arch = spec_known(); *arch; arch++)
        offer(at, *arch, "network");
}

static void offer_figures(const struct completion *at)
{
    for (const struct figure_kind *kind = figure_kinds; kind->name; kind++)
        offer(at, kind->name, kind->help);
}

static void offer_filters(const struct completion *at)
{
    for (const char *const *key = filter_keys(); *key; key++) {
        char *head = memory_print("%s=", *key);
        offer(at, head, "what runs are chosen by");
        free(head);
    }
}

static const struct {
    const char *name; /* in placeholders and in the words of a command */
    void (*offer)(const struct completion *at);
} kinds[] = {
    {"RUN", offer_runs},       {"ID", offer_targets},   {"TARGET", offer_targets},
    {"PRUNING", offer_cut},    {"SPEC", offer_data},    {"ARCH", offer_networks},
    {"FILTER", offer_filters}, {"KIND", offer_figures}, {"FILE", offer_files},
    {"PLAN", offer_files},     {"DEST", offer_files},   {"SRC", offer_files},
};

/* --- grammar ---------------------------------------------------------------------------------- */

/* One token, up to `length` letters of `text`: a kind, or a text as it stands. */
static void offer_token(const struct completion *at, const char *text, size_t length,
                        const char *what)
{
    size_t capitals = 0;
    while (capitals < length && isupper((unsigned char)text[capitals]))
        capitals++;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && capitals; k++)
        if (strlen(kinds[k].name) == capitals && strncmp(kinds[k].name, text, capitals) == 0)
            kinds[k].offer(at);
    size_t fixed = 0; /* "every:N" is offered as "every:" */
    while (fixed < length && !isupper((unsigned char)text[fixed]))
        fixed++;
    if (fixed > 0) {
        char *word = memory_print("%.*s", (int)fixed, text);
        offer(at, word, what);
        free(word);
    }
}

/* "val|test|train" */
static void offer_choices(const struct completion *at, const char *choices, const char *what)
{
    for (;;) {
        const size_t length = strcspn(choices, "|");
        offer_token(at, choices, length, what);
        if (!choices[length])
            return;
        choices += length + 1;
    }
}

/* Whether token number `index` of a form fits what was typed there: text must be the same. */
static bool token_fits(const struct completion *at, const char *token, size_t length, int index)
{
    return isupper((unsigned char)*token) ||
           (strlen(at->plain[index]) == length && strncmp(at->plain[index], token, length) == 0);
}

/* One form of a command's words, "backup FILE": its token where the typing is. */
static void offer_form(const struct completion *at, const char *form, size_t length)
{
    const char *end = form + length;
    for (int index = 0; form < end; index++) {
        form += *form == '['; /* it may be left out, which is as good as any number */
        const size_t token = strcspn(form, " |]");
        const bool repeats = token > 3 && strncmp(form + token - 3, "...", 3) == 0;
        if (index == at->plains || repeats) {
            offer_token(at, form, repeats ? token - 3 : token, at->command->summary);
            return;
        }
        if (!token_fits(at, form, token, index))
            return;
        form += token;
        form += strspn(form, " ");
    }
}

static void offer_words(const struct completion *at)
{
    const char *form = at->command->words;
    for (;;) {
        const size_t length = strcspn(form, "|");
        offer_form(at, form, length);
        if (!form[length])
            return;
        form += length + 1;
        form += strspn(form, " ");
    }
}

/* --- options ---------------------------------------------------------------------------------- */

static bool was_given(const struct completion *at, const struct option *option)
{
    for (int i = 0; i < at->seens; i++)
        if (at->seen[i] == option)
            return !option->repeats;
    return false;
}

static void offer_options(const struct completion *at, const struct option *table)
{
    for (const struct option *option = table; option && option->name; option++) {
        char *word = memory_print("--%s", option->name);
        if (!option_is_default(option) && !was_given(at, option))
            offer(at, word, option->help);
        free(word);
    }
}

static const struct option *in_table(const struct option *table, const char *word)
{
    for (const struct option *option = table; option && option->name; option++)
        if ((word[1] == '-' && text_equal(option->name, word + 2)) ||
            (option->letter && word[1] == option->letter && !word[2]))
            return option;
    return NULL;
}

static const struct option *find_option(const struct completion *at, const char *word)
{
    const struct option *found = in_table(global_options, word);
    if (!found && at->command)
        found = in_table(at->command->options, word);
    if (!found && at->command && at->command->flags & COMMAND_CONFIG)
        found = in_table(config_options, word);
    return found;
}

/* --- the words -------------------------------------------------------------------------------- */

static void take_word(struct completion *at, const char *word)
{
    if (at->waiting) {
        if (text_equal(at->waiting->name, "store") && !at->session->store_path)
            at->session->store_path = memory_copy_text(word);
        at->waiting = NULL;
    } else if (word[0] == '-' && word[1]) {
        const struct option *option = find_option(at, word);
        at->waiting = option && option->placeholder ? option : NULL;
        if (option)
            at->seen[at->seens++] = option;
    } else if (!at->command) {
        at->command = command_find(word);
    } else {
        at->plain[at->plains++] = word;
    }
}

static void offer_next(const struct completion *at)
{
    if (at->waiting) {
        offer_choices(at, at->waiting->placeholder, at->waiting->help);
    } else if (at->last[0] == '-') {
        offer_options(at, global_options);
        if (at->command)
            offer_options(at, at->command->options);
        if (at->command && at->command->flags & COMMAND_CONFIG)
            offer_options(at, config_options);
    } else if (at->command) {
        offer_words(at);
    } else {
        for (const struct command *const *command = commands; *command; command++)
            offer(at, (*command)->name, (*command)->summary);
        offer(at, "help", "What a command does.");
    }
}

/* Puts together again what bash has cut: "cifar10" ":" "/data" is one word; "=" behind an option is
 * none. Returns how many words there are; the caller frees each. */
static int join_words(const char *const *words, int count, char **joined)
{
    int length = 0;
    bool open = false; /* the next word belongs to the last one */
    for (int i = 0; i < count; i++) {
        const bool colon = text_equal(words[i], ":");
        if (text_equal(words[i], "=") && length && joined[length - 1][0] == '-') {
            if (i == count - 1)
                joined[length++] = memory_copy_text("");
        } else if (length && (colon || open)) {
            char *whole = memory_print("%s%s", joined[length - 1], words[i]);
            free(joined[length - 1]);
            joined[length - 1] = whole;
            open = colon;
        } else {
            joined[length++] = memory_copy_text(words[i]);
        }
    }
    return length;
}

void complete_print(struct session *session, const char *const *words, int count)
{
    char **joined = NEW(char *, count + 1);
    const int length = join_words(words, count, joined);
    struct completion at = {
        .session = session,
        .last = joined[length - 1],
        .plain = NEW(const char *, length),
        .seen = NEW(const struct option *, length),
    };
    for (int i = 0; i < length - 1; i++)
        take_word(&at, joined[i]);
    offer_next(&at);
    for (int i = 0; i < length; i++)
        free(joined[i]);
    free(joined);
    free(at.plain);
    free(at.seen);
}
