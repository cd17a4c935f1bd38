/*
 * Method. What has not begun is guessed: a run takes as long an epoch and multiply-add as the runs
 * of the store on the same images took on average.
 */
#include "ui/queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const int order_of_state[] = {
    [JOB_RUNNING] = 0, [JOB_QUEUED] = 1,    [JOB_PAUSED] = 2,
    [JOB_FAILED] = 3,  [JOB_CANCELLED] = 4, [JOB_DONE] = 5,
};

static int compare_entries(const void *a, const void *b)
{
    const struct job_row *x = &((const struct queue_entry *)a)->job;
    const struct job_row *y = &((const struct queue_entry *)b)->job;
    int order = order_of_state[x->state] - order_of_state[y->state];

    if (order)
        return order;
    if (x->state == JOB_QUEUED && x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    order = (x->id > y->id) - (x->id < y->id);
    return x->state == JOB_DONE ? -order : order;
}

/* How many images an epoch has at most (0: all), from the text that is hashed. */
static int64_t limit_of(const struct run_row *run)
{
    static const char key[] = "\ntrain_limit=";
    const char *line = strstr(run->canonical, key);

    return line ? strtoll(line + strlen(key), NULL, 10) : 0;
}

/* Seconds an epoch and multiply-add on the images of `run`; NaN: nothing was trained on them yet.
 */
static double pace_of(const struct roster *roster, const struct run_row *run)
{
    int64_t limit = limit_of(run);
    double seconds = 0, work = 0;

    for (int i = 0; i < roster->count; i++) {
        const struct run_row *other = &roster->row[i];
        if (other->seconds > 0 && text_equal(other->data, run->data) && limit_of(other) == limit) {
            seconds += other->seconds;
            work += (double)other->epoch * (double)other->macs;
        }
    }
    return work > 0 ? seconds / work : (double)NAN;
}

static void fill_entry(const struct roster *roster, struct queue_entry *entry)
{
    const struct job_row *job = &entry->job;
    const struct run_row *run = entry->run;

    entry->left = (double)NAN;
    if (!run)
        return;
    double done = run->epoch;
    bool live = job->state == JOB_RUNNING && job->updated > 0;
    if (live && job->batches > 0 && job->epoch > run->epoch)
        done = job->epoch - 1 + (double)job->batch / job->batches;
    entry->share = run->epochs > 0 ? done / run->epochs : 0;
    if (job->state != JOB_RUNNING && job->state != JOB_QUEUED)
        return;
    entry->guessed = !live || job->eta < 0;
    entry->left =
        entry->guessed ? (run->epochs - done) * (double)run->macs * pace_of(roster, run) : job->eta;
}

/* Places, and the time until all is done by as many processes as are at work. */
static void count_up(struct queue *queue)
{
    queue->working = queue->waiting = queue->unknown = 0;
    queue->left = 0;
    for (int i = 0; i < queue->count; i++) {
        struct queue_entry *entry = &queue->entry[i];
        bool waits = entry->job.state == JOB_QUEUED, works = entry->job.state == JOB_RUNNING;
        entry->place = waits ? ++queue->waiting : 0;
        queue->working += works;
        if ((waits || works) && isnan(entry->left))
            queue->unknown++;
        else if (waits || works)
            queue->left += entry->left;
    }
    queue->left /= queue->working > 1 ? queue->working : 1;
}

int queue_read(struct queue *queue, struct roster **latest, struct store *store, struct error *err)
{
    struct queue fresh = {.roster = roster_hold(latest, store, err)};
    struct job_row *job = NULL;

    if (!fresh.roster)
        return err->code;
    int code = job_list(store, &job, &fresh.count, err);
    if (code) {
        roster_release(fresh.roster);
        return code;
    }
    fresh.entry = NEW(struct queue_entry, fresh.count + 1);
    for (int i = 0; i < fresh.count; i++) {
        fresh.entry[i].job = job[i];
        fresh.entry[i].run = roster_find(fresh.roster, job[i].run);
        fill_entry(fresh.roster, &fresh.entry[i]);
    }
    free(job); /* the rows live on in the entries */
    qsort(fresh.entry, (size_t)fresh.count, sizeof *fresh.entry, compare_entries);
    count_up(&fresh);
    queue_done(queue);
    *queue = fresh;
    return 0;
}

void queue_done(struct queue *queue)
{
    for (int i = 0; i < queue->count; i++)
        job_row_done(&queue->entry[i].job);
    free(queue->entry);
    roster_release(queue->roster);
    *queue = (struct queue){0};
}
