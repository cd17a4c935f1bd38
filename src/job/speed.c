/*
 * Method. The trainer itself takes steps, so that loading, augmentation and the optimiser count,
 * and then evaluates images; a clock is read after each batch. The figure is the median over the
 * batches: the first ones, and those in which something else had the machine, do not count.
 * Processes that work side by side share caches and memory, and cores where there are fewer than
 * threads, so as many copies are timed at the same time.
 */
#include "job/speed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/thread.h"
#include "data/split.h"

static const double phase_seconds = 1; /* of training; evaluation gets half of it */
enum { LAPS = 512, LEAST = 8, WARM_UP = 2 };

/* The seconds an image of each batch so far. */
struct laps {
    double lap[LAPS], last, end;
    int count, images; /* images: that the last batch ended with */
};

/* A network at work, in a thread of its own where it has company. */
struct copy {
    const struct data_set *set;
    struct net *net;
    struct trainer *trainer;
    struct laps training, evaluating;
    bool shares; /* it has company */
    int code;
    struct error why;
    pthread_t thread;
};

static void laps_start(struct laps *laps, double seconds)
{
    *laps = (struct laps){.last = clock_seconds()};
    laps->end = laps->last + seconds;
}

/* `images`: how many are done since the start, or since the epoch's start. */
static int lap(struct laps *laps, int images)
{
    const double now = clock_seconds();
    const int fresh = images > laps->images ? images - laps->images : images;
    laps->lap[laps->count++] = (now - laps->last) / fresh;
    laps->last = now;
    laps->images = images;
    const bool enough = laps->count == LAPS || (laps->count >= LEAST && now >= laps->end);
    return enough || stop_signal() ? ERROR_STOPPED : 0;
}

static int after_batch(void *context, const struct train_state *state, double loss,
                       struct error *err)
{
    (void)loss, (void)err;
    return lap(context, (int)state->images);
}

static int after_images(void *context, int done, struct error *err)
{
    (void)err;
    return lap(context, done);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median without the first ones, or of all where there are few; 0: nothing was timed. */
static double typical(struct laps *laps)
{
    const int first = laps->count > 2 * WARM_UP ? WARM_UP : 0, count = laps->count - first;
    double *lap = laps->lap + first;
    if (count == 0)
        return 0;
    qsort(lap, (size_t)count, sizeof *lap, compare);
    return (lap[(count - 1) / 2] + lap[count / 2]) / 2;
}

/* Whether the time was merely up: a network that diverges is as quick as another. */
static bool went_well(int code)
{
    return !code || code == ERROR_STOPPED || code == ERROR_DIVERGED;
}

static void *work(void *context)
{
    struct copy *c = context;
    struct train_result result;
    struct evaluation evaluation;
    if (c->shares && nice(10) < 0) {
        /* it works at the priority that it has */
    }
    laps_start(&c->training, phase_seconds);
    do
        c->code = train_epoch(c->trainer, after_batch, &c->training, &result, &c->why);
    while (!c->code && c->training.count < LAPS);
    laps_start(&c->evaluating, phase_seconds / 2);
    if (went_well(c->code))
        c->code = train_evaluate(c->net, c->set, &c->set->test, NULL, c->set->test.count, 0,
                                 after_images, &c->evaluating, &evaluation, &c->why);
    return NULL;
}

static int prepare(struct copy *c, const struct net_spec *spec, const struct config *config,
                   const struct data_split *split, struct error *err)
{
    struct train_options options;
    int code = net_new(spec, &c->net, err);
    if (code)
        return code;
    net_initialise(c->net, 1, config->gamma_init);
    net_use_engine(c->net, config_engine(config));
    config_train_options(config, &options);
    return trainer_new(c->net, c->set, split, &options, &c->trainer, err);
}

static int work_together(struct copy *copy, int company, struct error *err)
{
    int started = 0, code = 0;
    while (started < company && !code) {
        code = thread_start(&copy[started].thread, work, &copy[started], "measuring", err);
        started += !code;
    }
    for (int i = 0; i < started; i++)
        pthread_join(copy[i].thread, NULL);
    return code;
}

static int summarise(struct copy *copy, int company, struct speed *speed, struct error *err)
{
    *speed = (struct speed){0};
    for (int i = 0; i < company; i++) {
        if (!went_well(copy[i].code)) {
            *err = copy[i].why;
            return copy[i].code;
        }
        speed->train += typical(&copy[i].training) / company;
        speed->evaluate += typical(&copy[i].evaluating) / company;
    }
    return stop_signal() ? error_set(err, ERROR_STOPPED, "stopped") : 0;
}

int speed_measure(const struct net_spec *spec, const struct data_set *set,
                  const struct config *config, int company, struct speed *speed, struct error *err)
{
    struct copy *copy = NEW(struct copy, company);
    struct data_split split;
    int code = split_make(set, (int)config->val, (int)config->train_limit, &split, err);
    for (int i = 0; i < company && !code; i++) {
        copy[i].set = set;
        copy[i].shares = company > 1;
        code = prepare(&copy[i], spec, config, &split, err);
    }
    if (!code && company == 1)
        work(&copy[0]);
    else if (!code)
        code = work_together(copy, company, err);
    if (!code)
        code = summarise(copy, company, speed, err);
    for (int i = 0; i < company; i++) {
        trainer_free(copy[i].trainer);
        net_free(copy[i].net);
    }
    split_done(&split);
    free(copy);
    return code;
}
