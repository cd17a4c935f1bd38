/*
 * `bench`: the speed of networks on this machine.
 *
 * Method: random weights and one random batch, used again and again. A training step is forward,
 * loss, backward and SGD; an evaluation step is forward and the logits. After two steps of each to
 * warm up, the median of the steps' times counts. GFLOPS are those of training, with 2 operations
 * a MAC and a backward pass of twice the forward's: 6 · MACs · images a second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/bench_layers.h"
#include "cli/command.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "kernel/core.h"
#include "kernel/gemm.h"
#include "kernel/task.h"
#include "prune/cost.h"
#include "prune/surgery.h"
#include "train/train.h"

enum { WARM_UP = 2, CLASSES = 10, CHANNELS = 3, WIDTHS = 64 };

struct plan {
    int64_t batch, steps;
    double width;
    struct decimal removed; /* per cent of every gate's channels */
    int widths[WIDTHS], width_count;
    const char *engine;
    bool layers;       /* a table of them too */
    double sgemm, fma; /* GFLOPS of this machine, measured once */
};

struct timing {
    struct net *net;
    struct net_times *layers; /* NULL: not asked for */
    double train, eval;       /* seconds a step */
    int64_t memory;           /* bytes, the most that the process held */
    struct cost cost;
};

/* --- options ---------------------------------------------------------------------------------- */

/* "0.5" or "50%" of the channels. */
static int parse_ratio(const char *text, struct decimal *percent, struct error *err)
{
    size_t length = strlen(text);
    bool is_percent = length > 0 && text[length - 1] == '%';
    bool good = decimal_parse(text, length - is_percent, percent);
    for (int i = 0; i < 2 && good && !is_percent; i++) { /* times 10, twice */
        if (percent->scale > 0)
            percent->scale--;
        else
            percent->digits *= 10;
    }
    if (!good || decimal_value(*percent) >= 100)
        return error_set(err, ERROR_USAGE, "--ratio %s: must be at least 0 and below 1", text);
    return 0;
}

static int parse_widths(const char *text, struct plan *plan, struct error *err)
{
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        int64_t width = 0;
        char *number = memory_print("%.*s", (int)length, at);
        bool good = text_parse_integer(number, &width) && width >= 1 && width <= 65536;
        free(number);
        if (!good || plan->width_count == WIDTHS)
            return error_set(err, ERROR_USAGE, "--widths %s: must be numbers of channels: 22,62,83",
                             text);
        plan->widths[plan->width_count++] = (int)width;
        at += length;
        if (!*at)
            return 0;
    }
}

static int read_plan(const struct arguments *arguments, struct plan *plan, struct error *err)
{
    const char *ratio = option_text(arguments, "ratio"), *widths = option_text(arguments, "widths");
    const char *engine = option_text(arguments, "engine");
    struct config config;
    config_init(&config);
    *plan = (struct plan){.batch = 64, .steps = 10, .width = 1};
    int code = option_integer(arguments, "batch", 1, 4096, &plan->batch, err);
    if (!code)
        code = option_integer(arguments, "steps", 1, 100000, &plan->steps, err);
    if (!code)
        code = option_real(arguments, "width", 0.01, 16, &plan->width, err);
    if (!code && ratio && widths)
        code = error_set(err, ERROR_USAGE, "--ratio and --widths: only one can be given");
    if (!code && ratio)
        code = parse_ratio(ratio, &plan->removed, err);
    if (!code && widths)
        code = parse_widths(widths, plan, err);
    if (!code && engine)
        code = config_set(&config, CONFIG_FIELD_engine, engine, err);
    plan->engine = config_engine(&config);
    plan->layers = option_given(arguments, "verbose");
    config_done(&config);
    return code;
}

/* --- the network ------------------------------------------------------------------------------ */

/* c − ⌊c·ratio⌋ channels are left in every gate. */
static void thin(struct net_spec *spec, struct decimal removed)
{
    struct keep_mask mask = {.gates = spec->gates, .gate = NEW(struct keep_gate, spec->gates)};
    struct net_spec slim;
    for (int g = 0; g < spec->gates; g++) {
        const int channels = spec->gate[g].channels;
        mask.gate[g].kept = channels - (int)decimal_percent_floor(removed, channels);
        mask.gate[g].keep = NEW(uint8_t, channels);
        memset(mask.gate[g].keep, 1, (size_t)mask.gate[g].kept);
    }
    surgery_spec(spec, &mask, &slim);
    mask_done(&mask);
    spec_done(spec);
    *spec = slim;
}

static int build(const char *arch, const struct plan *plan, struct net **net, struct error *err)
{
    struct net_spec spec;
    *net = NULL;
    int code = spec_make(arch, plan->width, CLASSES, CHANNELS, &spec, err);
    if (code)
        return code;
    if (plan->width_count)
        code = spec_set_widths(&spec, plan->widths, plan->width_count, err);
    if (!code && plan->removed.digits)
        thin(&spec, plan->removed);
    if (!code)
        code = net_new(&spec, net, err);
    if (!code) {
        net_initialise(*net, 1, 0.5);
        net_use_engine(*net, plan->engine);
        code = net_prepare(*net, (int)plan->batch, true, err);
    }
    spec_done(&spec);
    return code;
}

/* --- measuring -------------------------------------------------------------------------------- */

/* Normally distributed images; the lanes past the batch stay 0. */
static void fill_input(const struct map *input, int images, float *x)
{
    const size_t plane = lanes_plane(input->height, input->width);
    const size_t pixels = (size_t)input->height * (size_t)input->width;
    for (int i = 0; i < images; i++) {
        struct random random = random_open(1, RANDOM_INPUT, (uint64_t)i, 0);
        float *image = x + (size_t)(i / LANES) * plane * (size_t)input->channels + i % LANES;
        for (int c = 0; c < input->channels; c++)
            for (size_t p = 0; p < pixels; p++)
                image[(size_t)c * plane + p * LANES] = (float)random_normal(&random);
    }
}

static void train_step_once(struct net *net, const float *x, const uint8_t *labels, int batch)
{
    static const struct train_options options = {
        .learning_rate = 1e-3,
        .momentum = 0.9,
        .weight_decay = 1e-4,
        .penalty = {.kind = PENALTY_L1, .lambda = 1e-4},
    };
    int right;
    net_forward(net, x, batch, true);
    net_loss(net, labels, batch, true, &right);
    net_backward(net, x, batch);
    train_step(net, &options, options.learning_rate);
}

static void eval_step(struct net *net, const float *x, const uint8_t *labels, int batch)
{
    int right;
    net_forward(net, x, batch, false);
    net_loss(net, labels, batch, false, &right);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median time of `steps` steps, and the layers' in all of them. ERROR_STOPPED between two of
 * them. */
static int time_steps(void (*step)(struct net *net, const float *x, const uint8_t *labels,
                                   int batch),
                      const struct timing *timing, const float *x, const uint8_t *labels,
                      const struct plan *plan, double *median, struct error *err)
{
    double *times = NEW(double, plan->steps);
    int code = 0;
    for (int64_t i = -WARM_UP; i < plan->steps && !code; i++) {
        timing->net->times = i >= 0 ? timing->layers : NULL;
        double start = clock_seconds();
        step(timing->net, x, labels, (int)plan->batch);
        if (i >= 0)
            times[i] = clock_seconds() - start;
        if (stop_signal())
            code = error_set(err, ERROR_STOPPED, "stopped");
    }
    qsort(times, (size_t)plan->steps, sizeof *times, compare_doubles);
    *median = times[plan->steps / 2];
    free(times);
    return code;
}

/* Linux counts the largest size anew after this; elsewhere it is that of the whole process. */
static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file) {
        fputs("5", file);
        fclose(file);
    }
}

static int64_t peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static int measure(const char *arch, const struct plan *plan, struct timing *timing,
                   struct error *err)
{
    struct arena arena = {0};
    const int batch = (int)plan->batch;
    forget_peak();
    int code = build(arch, plan, &timing->net, err);
    if (!code) {
        const struct net *net = timing->net;
        const struct map *input = &net->map[net->op[0].in];
        const size_t bytes = sizeof(float) * (size_t)lanes_groups(batch) *
                             lanes_group(input->channels, input->height, input->width);
        uint8_t *labels = NEW(uint8_t, batch);
        timing->layers = plan->layers ? layers_note(net) : NULL;
        for (int i = 0; i < batch; i++)
            labels[i] = (uint8_t)(i % CLASSES);
        code = arena_open(&arena, arena_round(bytes), err);
        float *x = code ? NULL : arena_take(&arena, bytes);
        if (!code) {
            fill_input(input, batch, x);
            code = time_steps(train_step_once, timing, x, labels, plan, &timing->train, err);
        }
        if (!code)
            code = time_steps(eval_step, timing, x, labels, plan, &timing->eval, err);
        if (!code)
            cost_count(net, NULL, &timing->cost);
        free(labels);
        arena_close(&arena);
    }
    timing->memory = peak_memory();
    return code;
}

static void timing_done(struct timing *timing)
{
    layers_forget(timing->layers);
    net_free(timing->net);
}

/* --- printing --------------------------------------------------------------------------------- */

static double gflops(const struct plan *plan, const struct timing *timing)
{
    return 6e-9 * (double)timing->cost.macs * (double)plan->batch / timing->train;
}

static struct layers layers_of(const struct plan *plan, const struct timing *timing)
{
    return (struct layers){.net = timing->net,
                           .times = timing->layers,
                           .batch = (int)plan->batch,
                           .steps = (int)plan->steps,
                           .peak = plan->fma};
}

static void print_json(const char *arch, const struct plan *plan, const struct timing *timing)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_text(object, "arch", arch);
    jvalue_set_integer(object, "batch", plan->batch);
    jvalue_set_integer(object, "threads", task_threads());
    jvalue_set_text(object, "engine", plan->engine);
    jvalue_set_text(object, "isa", core_isa());
    jvalue_set_text(object, "blas_core", gemm_core());
    jvalue_set_number(object, "train_images_per_second", (double)plan->batch / timing->train);
    jvalue_set_number(object, "eval_images_per_second", (double)plan->batch / timing->eval);
    jvalue_set_number(object, "gflops", gflops(plan, timing));
    jvalue_set_number(object, "sgemm_gflops", plan->sgemm);
    jvalue_set_number(object, "fma_gflops", plan->fma);
    jvalue_set_integer(object, "memory_bytes", timing->memory);
    jvalue_set_integer(object, "parameters", timing->cost.parameters);
    jvalue_set_integer(object, "macs", timing->cost.macs);
    jvalue_set_integer(object, "flops", timing->cost.flops);
    if (timing->layers) {
        const struct layers layers = layers_of(plan, timing);
        jvalue_set(object, "layers", layers_json(&layers));
    }
    output_json(object);
    fflush(stdout);
}

static void print_row(struct table *table, const char *arch, const struct plan *plan,
                      const struct timing *timing, bool colour)
{
    char text[32];
    if (timing->layers) {
        const struct layers layers = layers_of(plan, timing);
        printf("%s\n", arch);
        layers_print(&layers, colour);
    }
    table_add(table, "%s", arch);
    table_add(table, "%s", text_print_count((double)timing->cost.parameters, text, sizeof text));
    table_add(table, "%s", text_print_count((double)timing->cost.macs, text, sizeof text));
    table_add(table, "%.0f", (double)plan->batch / timing->train);
    table_add(table, "%.0f", (double)plan->batch / timing->eval);
    table_add(table, "%.0f", gflops(plan, timing));
    table_add(table, "%s", output_bytes((double)timing->memory, text, sizeof text));
}

static int bench_one(struct session *session, const char *arch, const struct plan *plan,
                     struct table *table, struct error *err)
{
    struct timing timing = {0};
    int code = measure(arch, plan, &timing, err);
    if (!code && session->json)
        print_json(arch, plan, &timing);
    else if (!code)
        print_row(table, arch, plan, &timing, session->colour);
    timing_done(&timing);
    return code;
}

static int run(struct session *session, struct error *err)
{
    static const char *const heads[] = {
        "<network", ">params", ">MACs", ">training images/s", ">evaluation images/s",
        ">GFLOPS",  ">memory", NULL};
    const struct arguments *arguments = &session->arguments;
    struct plan plan;
    struct table table;
    int code = read_plan(arguments, &plan, err);
    if (code)
        return code;
    plan.sgemm = measure_sgemm(0.3);
    plan.fma = measure_fma(0.1);
    table_open(&table, heads);
    for (int i = 0; i < arguments->seen_count && !code; i++)
        if (text_equal(arguments->seen[i].option->name, "arch"))
            code = bench_one(session, arguments->seen[i].value, &plan, &table, err);
    if (!code && !option_given(arguments, "arch"))
        code = bench_one(session, "vgg16", &plan, &table, err);
    if (!code && !session->json) {
        table_print(&table, session->colour);
        printf("batch %lld, %d threads, engine %s, %s\non all threads: %.0f GFLOPS in OpenBLAS's "
               "matrix products (%s), %.0f at most\n",
               (long long)plan.batch, task_threads(), plan.engine, core_isa(), plan.sgemm,
               gemm_core(), plan.fma);
    }
    table_close(&table);
    return code;
}

static const struct option options[] = {
    {.name = "arch", .placeholder = "ARCH", .repeats = true, .help = "a network (default vgg16)"},
    {.name = "batch", .placeholder = "N", .help = "images a step (default 64)"},
    {.name = "width", .placeholder = "F", .help = "width factor (default 1)"},
    {.name = "ratio", .placeholder = "F", .help = "without this share of every layer's channels"},
    {.name = "widths", .placeholder = "LIST", .help = "channels of each layer: 22,62,83,..."},
    {.name = "engine", .placeholder = "fast|blas", .help = "compute engine (default fast)"},
    {.name = "steps", .placeholder = "N", .help = "steps that are timed (default 10)"},
    {0},
};

const struct command command_bench = {
    .name = "bench",
    .words = "",
    .flags = COMMAND_COMPUTES,
    .summary = "Measure the speed of networks on this machine.",
    .options = options,
    .run = run,
};
