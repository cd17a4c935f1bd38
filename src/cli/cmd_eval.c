/* `eval`: a network's accuracy on a data set, or its logits for raw input. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/subject.h"
#include "job/job.h"
#include "train/train.h"

enum { BATCH = 64 };

/* --- accuracy --------------------------------------------------------------------------------- */

static int on_images(void *context, int done, struct error *err)
{
    (void)context;
    return stop_signal() ? error_set(err, ERROR_STOPPED, "stopped after %d images", done) : 0;
}

static void print_accuracy(const struct session *session, const struct evaluation *result,
                           const char *split)
{
    const double speed = result->seconds > 0 ? result->images / result->seconds : 0;
    char percent[16];
    if (session->json) {
        struct jvalue *object = jvalue_object();
        jvalue_set_number(object, "accuracy", result->accuracy);
        jvalue_set_number(object, "loss", result->loss);
        jvalue_set_integer(object, "images", result->images);
        jvalue_set_number(object, "images_per_second", speed);
        jvalue_set_text(object, "split", split);
        output_json(object);
        return;
    }
    printf("%s of %d %s images, loss %.4f, %.0f images/s\n",
           output_percent(result->accuracy, percent, sizeof percent), result->images, split,
           result->loss, speed);
}

/* The run's own data must be the run's; other data (a SPEC that is given) need only fit. */
static int open_data(const struct session *session, const struct subject *subject,
                     struct data_set **set, struct error *err)
{
    const char *spec = option_text(&session->arguments, "data");
    if (!spec && !subject->run.data_spec)
        return error_set(err, ERROR_USAGE, "--data SPEC is missing: %s knows of no data",
                         session->arguments.word[0]);
    int code = spec ? data_open(spec, subject->run.data_spec, set, err)
                    : job_open_data(&subject->run, NULL, set, err);
    return code ? code : job_check_data(&subject->net->spec, *set, err);
}

static int measure(const struct session *session, struct subject *subject, struct error *err)
{
    const char *split = option_text(&session->arguments, "split");
    struct data_set *set = NULL;
    struct job_images images = {0};
    struct evaluation result;
    int code = open_data(session, subject, &set, err);
    if (!code &&
        !subject->run.data_checksum) /* nobody knows what was held out: test, unless asked */
        subject->config.val = split && text_equal(split, "val") ? job_import_validation(set) : 0;
    if (!code)
        code = job_images(set, &subject->config, split, &images, err);
    if (!code)
        code = train_evaluate(subject->net, set, images.part, images.indices, images.count, 0,
                              on_images, NULL, &result, err);
    if (!code)
        print_accuracy(session, &result, images.split);
    job_images_done(&images);
    data_close(set);
    return code;
}

/* --- logits ----------------------------------------------------------------------------------- */

/* `count` images of float32 (C, H, W) as a map of lanes; the lanes past them are 0. */
static void fill_lanes(const float *from, int count, const struct map *shape, float *x)
{
    const size_t plane = (size_t)shape->height * (size_t)shape->width;
    const size_t group = lanes_group(shape->channels, shape->height, shape->width);
    const size_t apart = lanes_plane(shape->height, shape->width);
    memset(x, 0, sizeof *x * group * (size_t)lanes_groups(count));
    for (int i = 0; i < count; i++)
        for (int c = 0; c < shape->channels; c++)
            for (size_t p = 0; p < plane; p++)
                x[(size_t)(i / LANES) * group + (size_t)c * apart + p * LANES +
                  (size_t)(i % LANES)] =
                    from[((size_t)i * (size_t)shape->channels + (size_t)c) * plane + p];
}

/* logits (count, classes) of the images, batch by batch */
static int forward(struct net *net, const float *images, int count, float *logits,
                   struct error *err)
{
    const struct map *input = &net->map[net->op[0].in];
    const size_t image = (size_t)input->channels * (size_t)input->height * (size_t)input->width;
    const size_t group = lanes_group(input->channels, input->height, input->width);
    struct arena arena;
    int code = arena_open(&arena, sizeof(float) * group * (size_t)lanes_groups(BATCH), err);
    if (code)
        return code;
    float *x = arena_take(&arena, sizeof(float) * group * (size_t)lanes_groups(BATCH));
    for (int at = 0; at < count && !code; at += BATCH) {
        const int now = count - at < BATCH ? count - at : BATCH;
        fill_lanes(images + (size_t)at * image, now, input, x);
        net_forward(net, x, now, false);
        for (int i = 0; i < now; i++)
            net_logits(net, i, logits + (size_t)(at + i) * (size_t)net->spec.classes);
        code = on_images(NULL, at + now, err);
    }
    arena_close(&arena);
    return code;
}

static void print_logits(const struct session *session, const float *logits, int count, int classes)
{
    struct jvalue *object = jvalue_object(), *all = jvalue_array();
    for (int i = 0; i < count; i++, logits += classes) {
        struct jvalue *one = session->json ? jvalue_array() : NULL;
        for (int k = 0; k < classes; k++) {
            if (one)
                jvalue_add_number(one, (double)logits[k]);
            else
                printf("%.9g%c", (double)logits[k], k + 1 < classes ? ' ' : '\n');
        }
        if (one)
            jvalue_add(all, one);
    }
    jvalue_set(object, "logits", all);
    if (session->json)
        output_json(object);
    else
        jvalue_free(object);
}

static int check_input(const char *path, size_t length, size_t image, struct error *err)
{
    if (length == 0 || length % image)
        return error_set(err, ERROR_DATA, "%s: %zu bytes are not whole images of %zu", path, length,
                         image);
    if (length / image > 1000000)
        return error_set(err, ERROR_DATA, "%s: more than a million images", path);
    return 0;
}

static int run_input(const struct session *session, struct net *net, const char *path,
                     struct error *err)
{
    const struct map *input = &net->map[net->op[0].in];
    const size_t image =
        sizeof(float) * (size_t)input->channels * (size_t)input->height * (size_t)input->width;
    const size_t limit = (size_t)4 << 30;
    char *bytes = NULL;
    float *logits = NULL;
    size_t length = 0;
    int code = file_read(path, limit, &bytes, &length, err);
    if (!code)
        code = check_input(path, length, image, err);
    if (!code) {
        const int count = (int)(length / image);
        logits = NEW(float, (size_t)count *(size_t)net->spec.classes);
        code = forward(net, (const float *)(const void *)bytes, count, logits, err);
        if (!code)
            print_logits(session, logits, count, net->spec.classes);
    }
    free(logits);
    free(bytes);
    return code;
}

static int run(struct session *session, struct error *err)
{
    const struct arguments *arguments = &session->arguments;
    const char *input = option_text(arguments, "input");
    const char *engine = option_text(arguments, "engine");
    struct subject subject = {0};
    if (input && (option_given(arguments, "data") || option_given(arguments, "split")))
        return error_set(err, ERROR_USAGE, "--input: goes with neither --data nor --split");
    int code = subject_open(session, &subject, err);
    if (!code && engine && !net_use_engine(subject.net, engine))
        code = error_set(err, ERROR_USAGE, "--engine %s: must be fast or blas", engine);
    if (!code)
        code = net_prepare(subject.net, BATCH, false, err);
    if (!code)
        code =
            input ? run_input(session, subject.net, input, err) : measure(session, &subject, err);
    subject_close(&subject);
    return code;
}

static const struct option options[] = {
    {.name = "data",
     .placeholder = "SPEC",
     .help = "other data than the run's, or where it is now"},
    {.name = "split",
     .placeholder = "val|test|train",
     .help = "which images (default: val, or test where none were held out)"},
    {.name = "epoch", .placeholder = "N", .help = "a run at this epoch (default: the last)"},
    {.name = "engine",
     .placeholder = "fast|blas",
     .help = "compute engine (default: the run's; fast for a model file)"},
    {.name = "input",
     .placeholder = "FILE",
     .help = "print the logits of these images instead: float32 (N, channels, height, width), "
             "normalised"},
    {0},
};

const struct command command_eval = {
    .name = "eval",
    .words = "TARGET",
    .least = 1,
    .most = 1,
    .flags = COMMAND_COMPUTES,
    .summary = "Measure the accuracy of a run (7), a pruning (p3) or a model file.",
    .options = options,
    .run = run,
};
