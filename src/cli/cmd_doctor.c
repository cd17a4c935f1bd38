/* `doctor`: what this build and this machine can do, and what is wrong. */
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "data/data.h"
#include "kernel/core.h"
#include "kernel/gemm.h"
#include "kernel/task.h"

/* Products in single precision on sums of some hundred terms differ from exact ones by about this
 * share of the largest value; wrong kernels by far more. */
static const double residual_limit = 1e-4;

struct report {
    struct session *session;
    struct jvalue *values, *problems;
    bool broken; /* something that must work does not */
};

/* One line for people, and a key of the JSON. */
static void say(struct report *report, const char *key, const char *label, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void say(struct report *report, const char *key, const char *label, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = memory_copy_text("");
    va_end(args);
    jvalue_set_text(report->values, key, text);
    if (!report->session->json)
        output_field(label, "%s", text);
    free(text);
}

static void complain(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(struct report *report, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = memory_copy_text("");
    va_end(args);
    jvalue_add_text(report->problems, text);
    free(text);
}

static void look_at_build(struct report *report)
{
    say(report, "version", "slimscope", "%s", PACKAGE_VERSION);
#ifdef __clang__
    say(report, "compiler", "compiler", "%s", __VERSION__);
#else
    say(report, "compiler", "compiler", "gcc %s", __VERSION__);
#endif
    say(report, "sqlite", "SQLite", "%s", store_sqlite_version());
}

static void look_at_cpu(struct report *report)
{
    double residual = gemm_check(), one = gemm_measure(0.2), all = measure_sgemm(0.3);
    say(report, "isa", "instruction set", "%s", core_isa());
    say(report, "blas_core", "OpenBLAS core", "%s", gemm_core());
    say(report, "blas_reason", "", "%s", core_reason());
    say(report, "threads_text", "threads", "%d", task_threads());
    say(report, "sgemm_text", "matrix products", "%.0f GFLOPS, %.0f on one thread", all, one);
    say(report, "residual_text", "largest error", "%.1e of the largest value", residual);
    jvalue_set_integer(report->values, "threads", task_threads());
    jvalue_set_number(report->values, "sgemm_gflops", all);
    jvalue_set_number(report->values, "sgemm_gflops_one_thread", one);
    jvalue_set_number(report->values, "gemm_residual", residual);
    if (!(residual < residual_limit)) {
        complain(report, "OpenBLAS multiplies wrongly on core %s: try another OPENBLAS_CORETYPE",
                 gemm_core());
        report->broken = true;
    }
}

static void look_at_terminal(struct report *report)
{
    const char *terminal = getenv("TERM"), *locale = setlocale(LC_CTYPE, NULL);
    say(report, "locale", "locale", "%s, %s", locale ? locale : "?", nl_langinfo(CODESET));
    say(report, "terminal", "terminal", "%s%s", terminal && *terminal ? terminal : "none",
        isatty(STDOUT_FILENO) ? "" : " (standard output is none)");
    if (!output_is_unicode())
        complain(report, "the locale is not UTF-8: graphs are drawn in plain characters");
}

static void look_at_store(struct report *report)
{
    struct error err = {0};
    struct session *session = report->session;
    struct run_row *rows = NULL;
    int count = 0;
    if (session_store_path(session, &err)) {
        complain(report, "%s", err.text);
        return;
    }
    if (!file_exists(session->store_path)) {
        say(report, "store", "store", "%s: not there yet", session->store_path);
        return;
    }
    if (session_open(session, STORE_READ, &err) || run_list(session->store, &rows, &count, &err)) {
        say(report, "store", "store", "%s: cannot be read", session->store_path);
        complain(report, "%s", err.text);
        report->broken = true;
        return;
    }
    say(report, "store", "store", "%s: %d run%s%s", session->store_path, count,
        count == 1 ? "" : "s",
        file_on_network(session->store_path) ? ", on a network disk (no WAL)" : "");
    run_rows_free(rows, count);
    if (access(session->store_path, W_OK) != 0)
        complain(report, "%s cannot be written", session->store_path);
}

static void look_at_data(struct report *report)
{
    struct data_set *set;
    struct error err = {0};
    const char *folder = getenv("SLIMSCOPE_DATA");
    say(report, "data_folder", "$SLIMSCOPE_DATA", "%s", folder && *folder ? folder : "not set");
    if (data_open("fashion", NULL, &set, &err)) {
        say(report, "fashion", "fashion", "not found");
        complain(report, "Fashion-MNIST: %s (Debian: dataset-fashion-mnist)", err.text);
        return;
    }
    say(report, "fashion", "fashion", "%s", set->spec);
    data_close(set);
}

static void print_problems(const struct report *report)
{
    const size_t count = jvalue_length(report->problems);
    printf(count ? "\n%zu problem%s:\n" : "\nno problems\n", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        printf("  %s\n", jvalue_read_text(jvalue_at(report->problems, i)));
}

static int run(struct session *session, struct error *err)
{
    struct report report = {
        .session = session, .values = jvalue_object(), .problems = jvalue_array()};
    look_at_build(&report);
    look_at_cpu(&report);
    look_at_terminal(&report);
    look_at_store(&report);
    look_at_data(&report);
    if (!session->json)
        print_problems(&report);
    jvalue_set(report.values, "problems", report.problems);
    if (session->json)
        output_json(report.values);
    else
        jvalue_free(report.values);
    return report.broken ? error_set(err, ERROR_FAILED, "something that must work does not") : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .words = "",
    .flags = COMMAND_COMPUTES,
    .summary = "Show what this build and this machine can do, and what is wrong.",
    .run = run,
};
