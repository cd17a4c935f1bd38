/* `report`: a study's table, the paper's claims on it, and McNemar's test between two networks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/mcnemar.h"
#include "cli/output.h"
#include "report/claims.h"
#include "report/format.h"

struct wish {
    const struct report_format *format;
    struct results_request request;
    struct decimal *percent; /* the request's */
    int64_t *run;            /* the request's */
};

/* --- the command line ------------------------------------------------------------------------- */

static int read_format(const struct session *session, struct wish *wish, struct error *err)
{
    const char *name = option_text(&session->arguments, "format");
    wish->format = session->json ? &format_json : report_formats[0];
    if (!name)
        return 0;
    wish->format = report_format_find(name);
    if (!wish->format)
        return error_set(err, ERROR_USAGE,
                         "--format %s: must be text, csv, latex, markdown or json", name);
    if (session->json && wish->format != &format_json)
        return error_set(err, ERROR_USAGE, "--json: is not %s", name);
    return 0;
}

/* "50%,70%" */
static int read_shares(const char *option, const char *list, struct wish *wish, struct error *err)
{
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        struct decimal percent;
        bool fits = length > 1 && at[length - 1] == '%' &&
                    decimal_parse(at, length - 1, &percent) && decimal_value(percent) < 100;
        if (!fits)
            return error_set(err, ERROR_USAGE, "--%s %s: must be per cents below 100, as 50%%,70%%",
                             option, list);
        int count = ++wish->request.percents;
        wish->percent = memory_grow(wish->percent, (size_t)count, sizeof *wish->percent);
        wish->percent[count - 1] = percent;
        at += length + (at[length] == ',');
    }
    if (wish->request.percents == 0)
        return error_set(err, ERROR_USAGE, "--%s: is empty", option);
    wish->request.percent = wish->percent;
    return 0;
}

static int read_axis(const struct session *session, struct wish *wish, struct error *err)
{
    static const char *const names[COST_AXES] = {"channels", "parameters", "macs", "bytes"};
    const char *given = NULL;
    int code = 0;
    for (int axis = 0; axis < COST_AXES && !code; axis++) {
        const char *list = option_text(&session->arguments, names[axis]);
        if (list && given)
            code = error_set(err, ERROR_USAGE, "--%s and --%s: one of them", given, names[axis]);
        else if (list)
            code = read_shares(names[axis], list, wish, err);
        if (list) {
            given = names[axis];
            wish->request.axis = (enum cost_axis)axis;
        }
    }
    return code;
}

static int read_options(const struct session *session, struct wish *wish, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *split = option_text(arguments, "split");
    bool claims = option_given(arguments, "claims"), test = option_given(arguments, "mcnemar");
    if (split && !text_equal(split, "test") && !text_equal(split, "val"))
        return error_set(err, ERROR_USAGE, "--split %s: must be test or val", split);
    wish->request.validation = split && text_equal(split, "val");
    if (claims && test)
        return error_set(err, ERROR_USAGE, "--claims and --mcnemar: one of them");
    if (test && arguments->words != 2)
        return error_set(err, ERROR_USAGE, "--mcnemar: between two networks, runs or prunings");
    if (option_given(arguments, "seeds") && !test)
        return error_set(err, ERROR_USAGE, "--seeds: goes with --mcnemar");
    if (claims && (option_given(arguments, "parameters") || option_given(arguments, "macs") ||
                   option_given(arguments, "bytes")))
        return error_set(err, ERROR_USAGE, "--claims: are at shares of the channels");
    int code = read_format(session, wish, err);
    if (!code && (claims || test) && option_given(arguments, "format"))
        code = error_set(err, ERROR_USAGE, "--format: is the table's; --json goes with all");
    return code ? code : read_axis(session, wish, err);
}

/* --- which runs ------------------------------------------------------------------------------- */

static void take(struct wish *wish, const struct run_row *row)
{
    if (row->status == RUN_FINISHED)
        wish->run[wish->request.runs++] = row->id;
    else
        wish->request.unfinished++;
}

/* The trainings of the store, of a study, and of those what --filter lets through. */
static int list_all(struct session *session, struct wish *wish, struct error *err)
{
    const char *name = option_text(&session->arguments, "study");
    struct run_row *row = NULL;
    int64_t study = 0;
    int rows = 0, all = 0;
    int code = name ? study_find(session->store, name, &study, err) : 0;
    if (!code)
        code = session_list(session, &row, &rows, &all, err);
    wish->run = NEW(int64_t, rows + 1);
    for (int i = 0; i < rows && !code; i++)
        if (row[i].kind != RUN_RETRAIN && (!study || row[i].study == study))
            take(wish, &row[i]);
    run_rows_free(row, rows);
    if (!code && wish->request.runs == 0)
        code = error_set(err, ERROR_DATA, "%s: %s", name ? name : session->store_path,
                         wish->request.unfinished ? "no run is finished yet" : "no run fits");
    return code;
}

static int list_named(struct session *session, struct wish *wish, struct error *err)
{
    int words = session->arguments.words, code = 0;
    if (option_given(&session->arguments, "study") || option_given(&session->arguments, "filter"))
        return error_set(err, ERROR_USAGE, "runs by name, or --study and --filter");
    wish->run = NEW(int64_t, words + 1);
    for (int i = 0; i < words && !code; i++) {
        struct run_row row = {0};
        code = session_run(session, session->arguments.word[i], &row, err);
        if (!code && row.status != RUN_FINISHED)
            code = error_set(err, ERROR_DATA, "run %lld: is %s, not finished", (long long)row.id,
                             run_status_name(row.status));
        if (!code)
            take(wish, &row);
        run_row_done(&row);
    }
    return code;
}

static int list_runs(struct session *session, struct wish *wish, struct error *err)
{
    bool named = session->arguments.words > 0 && !option_given(&session->arguments, "mcnemar");
    int code = named ? list_named(session, wish, err) : list_all(session, wish, err);
    wish->request.run = wish->run;
    return code;
}

/* --- what is printed -------------------------------------------------------------------------- */

static void print_table(const struct session *session, const struct wish *wish,
                        const struct results *results)
{
    struct text text = {0};
    wish->format->write(results, &text);
    fputs(text_get(&text), stdout);
    text_done(&text);
    if (results->unfinished && !session->quiet && !session->json)
        fprintf(stderr, "slimscope: report: %d run%s not finished: left out\n", results->unfinished,
                results->unfinished == 1 ? " is" : "s are");
}

static void print_claims(const struct session *session, const struct results *results)
{
    if (session->json) {
        output_json(claims_to_json(results));
        return;
    }
    char *text = claims_print(results);
    fputs(text, stdout);
    free(text);
}

static int make(struct session *session, const struct wish *wish, struct error *err)
{
    struct results results;
    bool test = option_given(&session->arguments, "mcnemar");
    int code = results_read(&results, session->store, &wish->request, err);
    if (!code && test)
        code = mcnemar_run(session, &results, err);
    else if (!code && option_given(&session->arguments, "claims"))
        print_claims(session, &results);
    else if (!code)
        print_table(session, wish, &results);
    results_done(&results);
    return code;
}

static int run(struct session *session, struct error *err)
{
    struct wish wish = {0};
    const struct arguments *arguments = &session->arguments;
    bool single = false;
    int code = read_options(session, &wish, err);
    if (!code) {
        single = option_given(arguments, "mcnemar") && !option_given(arguments, "seeds");
        code = session_open(session, STORE_READ, err);
    }
    if (!code && single) {
        struct results none = {.validation = wish.request.validation};
        code = mcnemar_run(session, &none, err);
    } else if (!code) {
        code = list_runs(session, &wish, err);
        if (!code)
            code = make(session, &wish, err);
    }
    free(wish.percent);
    free(wish.run);
    return code;
}

static const struct option options[] = {
    {.name = "study", .placeholder = "NAME", .help = "the runs of this study"},
    {.name = "filter",
     .placeholder = "TEXT",
     .help = "of the finished runs those that fit, as in runs"},
    {.name = "channels",
     .placeholder = "LIST",
     .help =
         "at these shares of the channels, as 50%,70% (default: those that runs were pruned by)"},
    {.name = "parameters", .placeholder = "LIST", .help = "at these shares of the parameters"},
    {.name = "macs", .placeholder = "LIST", .help = "at these shares of the MACs"},
    {.name = "bytes", .placeholder = "LIST", .help = "at these shares of the bytes"},
    {.name = "split",
     .placeholder = "test|val",
     .help = "accuracies on test or on validation images (default test)"},
    {.name = "format",
     .placeholder = "text|csv|latex|markdown|json",
     .help = "how the table is written (default text)"},
    {.name = "claims", .help = "instead: the paper's claims, each with its verdict, as Markdown"},
    {.name = "mcnemar", .help = "instead: McNemar's exact test between two networks, as 3 p5"},
    {.name = "seeds", .help = "with --mcnemar: over all seeds of both"},
    {0},
};

const struct command command_report = {
    .name = "report",
    .words = "[RUN...]",
    .least = 0,
    .most = 1000000,
    .summary = "Print a study's table: what each penalty saves, and what it costs.",
    .about =
        "Runs that differ in nothing but the seed are one row: mean and standard deviation. "
        "Without a list of shares the table has a row for each share of the channels that runs "
        "were pruned by.",
    .options = options,
    .run = run,
};
