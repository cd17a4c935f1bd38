/* `plot`: figures of what the store holds. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "report/figure.h"
#include "report/save.h"

struct wish {
    const struct figure_kind *kind;
    const struct figure_format *format;
    const char *path;
    struct figure_paper paper;
    struct figure_request request;
    int64_t *run; /* the request's */
};

/* --- the command line ------------------------------------------------------------------------- */

static int read_kind(const char *word, const struct figure_kind **kind, struct error *err)
{
    struct text all = {0};

    *kind = figure_find(word);
    if (*kind)
        return 0;
    for (const struct figure_kind *at = figure_kinds; at->name; at++)
        text_add(&all, "%s%s", at == figure_kinds ? "" : ", ", at->name);
    error_set(err, ERROR_USAGE, "%s: no such kind of figure", word);
    error_hint(err, "kinds: %s", text_get(&all));
    text_done(&all);
    return ERROR_USAGE;
}

/* The place of an option's value in a list of names. */
static int read_choice(const struct arguments *arguments, const char *name,
                       const char *const *choices, int *choice, struct error *err)
{
    const char *text = option_text(arguments, name);
    struct text all = {0};

    if (!text)
        return 0;
    for (int i = 0; choices[i]; i++) {
        if (text_equal(choices[i], text)) {
            *choice = i;
            text_done(&all);
            return 0;
        }
        text_add(&all, "%s%s", i ? ", " : "", choices[i]);
    }
    error_set(err, ERROR_USAGE, "--%s %s: must be one of %s", name, text, text_get(&all));
    text_done(&all);
    return ERROR_USAGE;
}

static int read_options(const struct arguments *arguments, struct wish *wish, struct error *err)
{
    static const char *const splits[] = {"test", "val", NULL};
    const char *size = option_text(arguments, "size");
    int64_t dpi = figure_paper_usual.dpi;
    int against = 0, split = 0;

    wish->paper = figure_paper_usual;
    wish->paper.dark = option_given(arguments, "dark");
    int code = option_output(arguments, &wish->path, err);
    if (!code)
        code = figure_format_of(wish->path, &wish->format, err);
    if (!code && size)
        code = figure_paper_parse(size, &wish->paper, err);
    if (!code)
        code = option_integer(arguments, "dpi", 50, 1200, &dpi, err);
    if (!code)
        code = read_choice(arguments, "against", figure_axes, &against, err);
    if (!code)
        code = read_choice(arguments, "split", splits, &split, err);
    wish->paper.dpi = (int)dpi;
    wish->request.against = (enum cost_axis)against;
    wish->request.validation = split == 1;
    return code;
}

/* How many words a kind wants besides its name. */
static int check_words(const struct wish *wish, int words, struct error *err)
{
    const char *name = wish->kind->name;
    bool one = wish->kind->takes == TAKES_RUN || wish->kind->takes == TAKES_PRUNING;

    if (words == 0 && wish->kind->takes != TAKES_ALL_RUNS && wish->kind->takes != TAKES_NO_RUNS)
        return error_set(err, ERROR_USAGE, "%s: which %s?", name,
                         wish->kind->takes == TAKES_PRUNING ? "pruning" : "run");
    if (words > 1 && one)
        return error_set(err, ERROR_USAGE, "%s: shows one %s", name,
                         wish->kind->takes == TAKES_PRUNING ? "pruning" : "run");
    return 0;
}

/* --- what it shows ---------------------------------------------------------------------------- */

static int find_layer(struct session *session, int64_t run, int *layer, struct error *err)
{
    const char *wanted = option_text(&session->arguments, "layer");
    char **name = NULL;
    int *channels = NULL, layers = 0;

    *layer = -1;
    if (!wanted)
        return 0;
    int code = run_layers(session->store, run, &name, &channels, &layers, err);
    for (int i = 0; i < layers; i++) {
        if (text_equal(name[i], wanted))
            *layer = i;
        free(name[i]);
    }
    free(name);
    free(channels);
    if (!code && *layer < 0)
        code = error_set(err, ERROR_DATA, "--layer %s: the run has no such layer", wanted);
    return code;
}

/* The trainings that are finished, or those of them that --filter lets through. */
static int list_finished(struct session *session, struct wish *wish, struct error *err)
{
    struct run_row *row;
    int rows, all;
    int code = session_list(session, &row, &rows, &all, err);

    wish->run = NEW(int64_t, rows + 1);
    for (int i = 0; i < rows && !code; i++)
        if (row[i].kind == RUN_TRAIN && row[i].status == RUN_FINISHED)
            wish->run[wish->request.runs++] = row[i].id;
    run_rows_free(row, rows);
    if (!code && wish->request.runs == 0)
        code = error_set(err, ERROR_DATA, "%s: no finished run%s", session->store_path,
                         option_given(&session->arguments, "filter") ? " fits the filter" : "");
    return code;
}

static int list_named(struct session *session, struct wish *wish, struct error *err)
{
    int words = session->arguments.words - 1, code = 0;

    wish->run = NEW(int64_t, words + 1);
    for (int i = 0; i < words && !code; i++) {
        struct run_row row = {0};
        code = session_run(session, session->arguments.word[i + 1], &row, err);
        wish->run[wish->request.runs++] = row.id;
        run_row_done(&row);
    }
    return code ? code : find_layer(session, wish->run[0], &wish->request.layer, err);
}

static int find_subject(struct session *session, struct wish *wish, struct error *err)
{
    struct pruning_row pruning = {0};
    int code = session_open(session, STORE_READ, err);

    wish->request.layer = -1;
    if (code)
        return code;
    if (wish->kind->takes == TAKES_PRUNING) {
        code = session_pruning(session, session->arguments.word[1], &pruning, err);
        wish->request.pruning = pruning.id;
        pruning_row_done(&pruning);
    } else if (session->arguments.words > 1)
        code = list_named(session, wish, err);
    else
        code = list_finished(session, wish, err);
    wish->request.run = wish->run;
    return code;
}

/* --- the figure ------------------------------------------------------------------------------- */

static void print(const struct session *session, const struct wish *wish,
                  const struct figure *figure, int64_t bytes, const char *hash)
{
    char size[24];

    if (session->json) {
        struct jvalue *object = jvalue_object(), *runs = jvalue_array();
        for (int i = 0; i < figure->sources; i++)
            jvalue_add_integer(runs, figure->source[i].run);
        jvalue_set_text(object, "kind", wish->kind->name);
        jvalue_set_text(object, "file", wish->path);
        jvalue_set_integer(object, "bytes", bytes);
        jvalue_set_text(object, "sha256", hash);
        jvalue_set(object, "runs", runs);
        output_json(object);
        return;
    }
    printf("%s: %s\n", wish->path, output_bytes((double)bytes, size, sizeof size));
}

static int make(struct session *session, const struct wish *wish, struct error *err)
{
    const char *title = option_text(&session->arguments, "title");
    struct figure figure;
    int64_t bytes = 0;
    char hash[HASH_TEXT];
    int code = figure_make(wish->kind, session->store, &wish->request, &figure, err);

    if (!code && title && *title)
        figure.title = memory_copy_text(title);
    if (!code)
        code = figure_save(&figure, &wish->paper, wish->format, wish->path, &bytes, hash, err);
    if (!code)
        print(session, wish, &figure, bytes, hash);
    figure_done(&figure);
    return code;
}

static int run(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    struct wish wish = {0};
    int code = read_kind(arguments->word[0], &wish.kind, err);

    if (!code)
        code = read_options(arguments, &wish, err);
    if (!code)
        code = check_words(&wish, arguments->words - 1, err);
    if (!code && (arguments->words > 1 || wish.kind->takes != TAKES_NO_RUNS))
        code = find_subject(session, &wish, err);
    if (!code)
        code = make(session, &wish, err);
    free(wish.run);
    return code;
}

static const struct option options[] = {
    {.name = "output",
     .letter = 'o',
     .placeholder = "FILE",
     .help = "the file: .png, .svg or .pdf"},
    {.name = "against",
     .placeholder = "channels|parameters|macs|bytes",
     .help = "accuracy: against which share that was removed (default channels)"},
    {.name = "split",
     .placeholder = "test|val",
     .help = "accuracy: on test or on validation images (default test)"},
    {.name = "layer", .placeholder = "NAME", .help = "heatmap, ridges: only this layer"},
    {.name = "filter",
     .placeholder = "TEXT",
     .help = "where no runs are named: of the finished ones those that fit, as in runs"},
    {.name = "size",
     .placeholder = "WxH",
     .help = "as printed, in cm, or with a unit: mm, in, pt (default 9x6cm)"},
    {.name = "dpi", .placeholder = "N", .help = "dots per inch of a PNG (default 300)"},
    {.name = "title", .placeholder = "TEXT", .help = "a title above it"},
    {.name = "dark", .help = "on dark paper"},
    {0},
};

const struct command command_plot = {
    .name = "plot",
    .words = "KIND [RUN...] -o FILE",
    .least = 1,
    .most = 1000,
    .summary = "Draw a figure of runs as PNG, SVG or PDF.",
    .about =
        "Kinds:"
#define FIGURE(name, takes, help) " " #name ", " help ";"
#include "report/figure.def"
#undef FIGURE
        " accuracy and factors take all finished runs where none is named. Runs that "
        "differ in nothing but the seed are one series, with a band of one standard deviation.",
    .options = options,
    .run = run,
};
