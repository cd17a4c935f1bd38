#include "ui/view_jobs.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "job/request.h"
#include "ui/job_log.h"
#include "ui/plot.h"
#include "ui/queue.h"
#include "ui/say.h"
#include "ui/table.h"

enum column {
    COLUMN_PLACE,
    COLUMN_RUN,
    COLUMN_NAME,
    COLUMN_NETWORK,
    COLUMN_PENALTY,
    COLUMN_LAMBDA,
    COLUMN_SEED,
    COLUMN_STATE,
    COLUMN_EPOCH,
    COLUMN_SHARE,
    COLUMN_LEFT,
    COLUMN_SPEED,
    COLUMN_WHERE,
    COLUMNS,
};

static const struct table_column columns[COLUMNS] = {
    [COLUMN_PLACE] = {.key = "next", .title = "next", .width = 4, .rank = 1, .right = true},
    [COLUMN_RUN] = {.key = "run", .title = "run", .width = 5, .rank = 0, .right = true},
    [COLUMN_NAME] = {.key = "name", .title = "name", .width = 8, .rank = 2, .grows = true},
    [COLUMN_NETWORK] = {.key = "network", .title = "network", .width = 12, .rank = 5},
    [COLUMN_PENALTY] = {.key = "penalty", .title = "penalty", .width = 10, .rank = 2},
    [COLUMN_LAMBDA] = {.key = "lambda", .title = "λ", .width = 8, .rank = 7, .right = true},
    [COLUMN_SEED] = {.key = "seed", .title = "seed", .width = 4, .rank = 3, .right = true},
    [COLUMN_STATE] = {.key = "state", .title = "state", .width = 11, .rank = 0},
    [COLUMN_EPOCH] = {.key = "epoch", .title = "epoch", .width = 7, .rank = 1, .right = true},
    [COLUMN_SHARE] = {.key = "done", .title = "done", .width = 7, .rank = 4, .right = true},
    [COLUMN_LEFT] = {.key = "left", .title = "time left", .width = 14, .rank = 1, .right = true},
    [COLUMN_SPEED] = {.key = "speed", .title = "images/s", .width = 8, .rank = 5, .right = true},
    [COLUMN_WHERE] = {.key = "process", .title = "process", .width = 18, .rank = 6},
};

struct jobs {
    struct scene *scene;
    struct queue queue;
    struct table table;
    int64_t version;
    struct error trouble;
    struct job_log log;
    int64_t entered; /* the job that was chosen when the screen came to the front; */
    int64_t looked;  /* and the run that was looked at; −1: it is not at the front */
};

/* --- the store ------------------------------------------------------------------------------- */

static const struct queue_entry *chosen(const struct jobs *jobs)
{
    return jobs->queue.count ? &jobs->queue.entry[jobs->table.cursor] : NULL;
}

/* The cursor stays on its job; at first it goes to that of the run that is looked at. */
static void read_store(struct jobs *jobs)
{
    const struct queue_entry *before = chosen(jobs);
    int64_t job = before ? before->job.id : 0, run = before ? 0 : jobs->scene->run;

    jobs->version = store_version(jobs->scene->store);
    jobs->trouble = (struct error){0};
    if (queue_read(&jobs->queue, &jobs->scene->roster, jobs->scene->store, &jobs->trouble))
        return;
    jobs->table.rows = jobs->queue.count;
    for (int i = jobs->queue.count - 1; i >= 0; i--) {
        const struct job_row *row = &jobs->queue.entry[i].job;
        if (job ? row->id == job : row->run == run)
            jobs->table.cursor = i;
    }
    if (jobs->table.cursor >= jobs->table.rows)
        jobs->table.cursor = jobs->table.rows ? jobs->table.rows - 1 : 0;
}

/* --- the table ------------------------------------------------------------------------------- */

/* A job whose process died stands still as if it were paused; its run says why. */
static const char *state_text(const struct queue_entry *entry)
{
    const struct job_row *job = &entry->job;

    if (job->state == JOB_PAUSED && entry->run && entry->run->status == RUN_INTERRUPTED)
        return run_status_name(RUN_INTERRUPTED);
    if (job->state == JOB_RUNNING && job->request == JOB_PAUSE)
        return "pausing";
    if (job->state == JOB_RUNNING && job->request == JOB_CANCEL)
        return "stopping";
    return job_state_name(job->state);
}

static enum style state_style(const struct job_row *job)
{
    switch (job->state) {
    case JOB_RUNNING: return STYLE_LIVE;
    case JOB_PAUSED: return STYLE_WARN;
    case JOB_FAILED: return STYLE_BAD;
    case JOB_CANCELLED:
    case JOB_DONE: return STYLE_DIM;
    case JOB_QUEUED: break;
    }
    return STYLE_TEXT;
}

static void write_left(const struct queue_entry *entry, char *text, size_t size)
{
    char duration[32];

    if (!isnan(entry->left))
        snprintf(text, size, "%s%s", entry->guessed ? "≈ " : "",
                 clock_print_duration(entry->left, duration, sizeof duration));
}

static void write_run(const struct run_row *run, int column, char *text, size_t size)
{
    switch (column) {
    case COLUMN_NAME: say_name(run, text, size); break;
    case COLUMN_NETWORK: say_network(run, text, size); break;
    case COLUMN_PENALTY: say_training(run, text, size); break;
    case COLUMN_LAMBDA:
        if (!isnan(run->lambda))
            say_number(run->lambda, text, size);
        break;
    case COLUMN_SEED: snprintf(text, size, "%" PRId64, run->seed); break;
    default: snprintf(text, size, "%d/%d", run->epoch, run->epochs);
    }
}

static void write_cell(void *context, int index, int column, char *text, size_t size,
                       enum style *style)
{
    const struct queue_entry *entry = &((struct jobs *)context)->queue.entry[index];
    const struct job_row *job = &entry->job;
    bool live = job->state == JOB_RUNNING && job->updated > 0;

    switch ((enum column)column) {
    case COLUMN_PLACE:
        if (entry->place)
            snprintf(text, size, "%d", entry->place);
        break;
    case COLUMN_RUN:
        snprintf(text, size, "%" PRId64, job->run);
        *style = say_run_style(job->run);
        break;
    case COLUMN_STATE:
        snprintf(text, size, "%s", state_text(entry));
        *style = state_style(job);
        break;
    case COLUMN_SHARE: say_share(entry->share, text, size); break;
    case COLUMN_LEFT: write_left(entry, text, size); break;
    case COLUMN_SPEED:
        if (live && job->images_per_second > 0)
            snprintf(text, size, "%.0f", job->images_per_second);
        break;
    case COLUMN_WHERE:
        if (job->host && job->pid)
            snprintf(text, size, "%" PRId64 " on %s", job->pid, job->host);
        break;
    default:
        if (entry->run)
            write_run(entry->run, column, text, size);
    }
}

static const struct table_ops table_ops = {.cell = write_cell};

/* --- the view -------------------------------------------------------------------------------- */

static int jobs_open(struct view *view, struct error *err)
{
    struct jobs *jobs = NEW(struct jobs, 1);

    (void)err;
    jobs->scene = view->scene;
    jobs->looked = -1;
    jobs->table = (struct table){
        .column = columns, .columns = COLUMNS, .ops = &table_ops, .context = jobs, .sort = -1};
    view->state = jobs;
    job_log_open(&jobs->log, view->scene->store, view->scene->still);
    read_store(jobs);
    return 0;
}

/* The cursor goes to what was queued since. */
static void jobs_enter(struct view *view)
{
    struct jobs *jobs = view->state;

    if (view->scene->fresh)
        read_store(jobs);
    for (int i = 0; i < jobs->queue.count && view->scene->fresh; i++)
        if (jobs->queue.entry[i].job.run == view->scene->fresh) {
            jobs->table.cursor = i;
            view->scene->fresh = 0;
        }
    bool commanded = jobs->looked >= 0 && jobs->looked != view->scene->run; /* to look at another */
    for (int i = 0; i < jobs->queue.count && commanded; i++)
        if (jobs->queue.entry[i].job.run == view->scene->run)
            jobs->table.cursor = i;
    jobs->looked = view->scene->run;
    jobs->entered = chosen(jobs) ? chosen(jobs)->job.id : 0;
}

/* The other screens go to the chosen job's run, if it was chosen here. */
static void jobs_leave(struct view *view)
{
    struct jobs *jobs = view->state;
    const struct queue_entry *entry = chosen(jobs);

    jobs->looked = -1;
    if (entry && (view->scene->run == 0 || entry->job.id != jobs->entered))
        view->scene->run = entry->job.run;
}

static void jobs_close(struct view *view)
{
    struct jobs *jobs = view->state;

    queue_done(&jobs->queue);
    job_log_done(&jobs->log);
    free(jobs);
}

static int jobs_lines(const struct view *view)
{
    return ((const struct jobs *)view->state)->table.rows;
}

static void jobs_title(struct view *view, char *text, size_t size)
{
    const struct queue *queue = &((struct jobs *)view->state)->queue;
    char left[32] = "", bytes[24];
    struct statvfs disk;
    int used = snprintf(text, size, "%s · %d at work, %d waiting", view->scene->store_name,
                        queue->working, queue->waiting);

    if (queue->left > 0)
        used += snprintf(text + used, size - (size_t)used, " · all done in %s%s",
                         clock_print_duration(queue->left, left, sizeof left),
                         queue->unknown ? " or more" : "");
    if (!view->scene->still && statvfs(view->scene->store_path, &disk) == 0)
        snprintf(text + used, size - (size_t)used, " · disk: %s free",
                 say_bytes((double)disk.f_bavail * (double)disk.f_frsize, bytes, sizeof bytes));
}

static void draw_progress(const struct queue_entry *entry, struct grid *grid, struct rect in,
                          int row)
{
    const struct job_row *job = &entry->job;
    bool live = job->state == JOB_RUNNING && job->updated > 0;
    struct line line = {grid, row, in.col + 1, in.col + in.cols};
    int width = in.cols / 5;
    char text[40] = "";

    line_add(&line, state_style(job), "%-9s ", state_text(entry));
    bar_draw(grid, row, line.col, width, entry->share, STYLE_KEPT, STYLE_DIM);
    line.col += width + 1;
    if (live)
        line_add(&line, STYLE_TEXT, "epoch %d, batch %d of %d   ", job->epoch, job->batch,
                 job->batches);
    write_left(entry, text, sizeof text);
    if (*text)
        line_add(&line, STYLE_VALUE, "ready in %s   ", text);
    int from = line.col;
    if (live)
        line_add(&line, STYLE_TEXT, "loss now %.4f   ", job->loss);
    line_keep_whole(&line, from);
    if (job->message)
        line_add(&line, state_style(job), "%s", job->message);
}

static void add_time(struct line *line, const char *what, int64_t when)
{
    char text[40];
    int from = line->col;

    if (when)
        line_add(line, STYLE_DIM, " · %s %s", what, clock_print_time(when, text, sizeof text));
    line_keep_whole(line, from);
}

static void draw_detail(const struct jobs *jobs, struct grid *grid, struct rect in)
{
    const struct queue_entry *entry = chosen(jobs);
    char text[400];

    if (!entry)
        return;
    const struct job_row *job = &entry->job;
    grid_sign(grid, in.row, in.col + 1, say_run_marker(job->run), say_run_style(job->run));
    if (entry->run)
        grid_text(grid, in.row, in.col + 3, in.cols - 4, STYLE_VALUE,
                  say_run(entry->run, text, sizeof text));
    draw_progress(entry, grid, in, in.row + 1);
    struct line line = {grid, in.row + 2, in.col + 1, in.col + in.cols};
    line_add(&line, STYLE_TEXT, "job %" PRId64 ", priority %d", job->id, job->priority);
    if (jobs->scene->still)
        return; /* what follows depends on clock and machine */
    add_time(&line, "queued", job->created);
    add_time(&line, "started", job->started);
    add_time(&line, "ended", job->finished);
    int from = line.col;
    if (job->host && job->pid)
        line_add(&line, STYLE_DIM, " · process %" PRId64 " on %s", job->pid, job->host);
    line_keep_whole(&line, from);
}

static void jobs_draw(struct view *view, struct grid *grid)
{
    struct jobs *jobs = view->state;
    const struct layout *layout = &view->layout;
    struct rect list = layout->inside[PART_LIST];

    grid_frame(grid, layout->frame[PART_LIST], "Jobs");
    table_draw(&jobs->table, grid, list);
    if (jobs->trouble.code)
        grid_text(grid, list.row + 1, list.col + 2, list.cols - 4, STYLE_BAD, jobs->trouble.text);
    else if (!jobs->queue.count)
        grid_text(grid, list.row + list.rows / 2, list.col + 2, list.cols - 4, STYLE_DIM,
                  "nothing is or was queued; n fills in the form of a new run");
    grid_frame(grid, layout->frame[PART_DETAIL], "");
    draw_detail(jobs, grid, layout->inside[PART_DETAIL]);
    if (layout_has(layout, PART_LOG))
        job_log_draw(&jobs->log, chosen(jobs) ? chosen(jobs)->job.run : 0, grid,
                     layout->frame[PART_LOG]);
}

/* --- events ---------------------------------------------------------------------------------- */

static void send(struct jobs *jobs, struct request request, const char *saying)
{
    const struct queue_entry *entry = chosen(jobs);

    if (!entry)
        return;
    if (!scene_may_change(jobs->scene))
        return;
    request.run = entry->job.run;
    desk_send(jobs->scene->desk, &request);
    if (saying)
        scene_tell(jobs->scene, STYLE_LIVE, "%s", saying);
}

static void pause_or_resume(struct jobs *jobs)
{
    const struct queue_entry *entry = chosen(jobs);

    if (!entry)
        return;
    if (entry->job.state == JOB_DONE)
        scene_tell(jobs->scene, STYLE_WARN, "the job has ended");
    else if (entry->job.state == JOB_RUNNING || entry->job.state == JOB_QUEUED)
        send(jobs, (struct request){.kind = REQUEST_PAUSE},
             entry->job.state == JOB_RUNNING ? "it pauses at its next checkpoint"
                                             : "it is left out, until Space");
    else
        send(jobs, (struct request){.kind = REQUEST_RESUME}, "it is in the queue again");
}

static void stop(struct jobs *jobs)
{
    const struct queue_entry *entry = chosen(jobs);

    if (entry && (entry->job.state == JOB_DONE || entry->job.state == JOB_CANCELLED))
        scene_tell(jobs->scene, STYLE_WARN, "the job has ended");
    else if (entry && scene_may_change(jobs->scene))
        scene_ask_stop(jobs->scene);
}

static void move(struct jobs *jobs, int by)
{
    const struct queue_entry *entry = chosen(jobs);

    if (entry && entry->place == 1 && by < 0)
        scene_tell(jobs->scene, STYLE_TEXT, "it goes next already");
    else if (entry && entry->place == jobs->queue.waiting && entry->place && by > 0)
        scene_tell(jobs->scene, STYLE_TEXT, "it goes last already");
    else if (entry && entry->job.state == JOB_QUEUED)
        send(jobs, (struct request){.kind = REQUEST_MOVE, .by = by}, NULL);
    else
        scene_tell(jobs->scene, STYLE_WARN, "only a job that waits has a place in the queue");
}

static void go_to(struct jobs *jobs, enum screen screen)
{
    if (!chosen(jobs))
        return;
    jobs->scene->run = chosen(jobs)->job.run;
    scene_go(jobs->scene, screen);
}

static bool jobs_mouse(struct view *view, const struct mouse_event *mouse)
{
    struct jobs *jobs = view->state;
    int before = jobs->table.cursor, column;

    if (!table_mouse(&jobs->table, mouse, view->layout.inside[PART_LIST], &column))
        return false;
    if (column < 0 && mouse->kind == MOUSE_PRESS && jobs->table.cursor == before)
        go_to(jobs, SCREEN_TRAIN);
    return true;
}

static bool jobs_event(struct view *view, const struct event *event, enum action action)
{
    struct jobs *jobs = view->state;

    if (event->kind == EVENT_MOUSE)
        return jobs_mouse(view, &event->mouse);
    if (table_act(&jobs->table, action, view->layout.inside[PART_LIST].rows - 1))
        return true;
    switch (action) {
    case ACTION_OPEN:
    case ACTION_GO_TRAIN: go_to(jobs, SCREEN_TRAIN); break;
    case ACTION_GO_PRUNE: go_to(jobs, SCREEN_PRUNE); break;
    case ACTION_PAUSE: pause_or_resume(jobs); break;
    case ACTION_STOP: stop(jobs); break;
    case ACTION_SOONER: move(jobs, -1); break;
    case ACTION_LATER: move(jobs, 1); break;
    case ACTION_WORK:
        if (!jobs->queue.waiting)
            scene_tell(jobs->scene, STYLE_WARN, "nothing waits");
        else
            send(jobs, (struct request){.kind = REQUEST_WORK},
                 jobs->queue.working ? "a worker takes what waits, when none is at work"
                                     : "a worker takes what waits");
        break;
    case ACTION_NEW:
        view->scene->new_run = true;
        view->scene->asker = SCREEN_JOBS;
        go_to(jobs, SCREEN_TRAIN);
        scene_go(view->scene, SCREEN_TRAIN);
        break;
    default: return false;
    }
    return true;
}

static void jobs_typed(struct view *view, const char *text, enum answer answer)
{
    const struct queue_entry *entry = chosen(view->state);

    if (entry && scene_answers_yes(view->scene, text, answer))
        send(view->state, (struct request){.kind = REQUEST_CANCEL},
             entry->job.state == JOB_RUNNING ? "it stops at its next checkpoint" : "it is stopped");
}

static void jobs_copy(const struct view *view, struct text *text)
{
    const struct jobs *jobs = view->state;

    if (chosen(jobs))
        table_copy(&jobs->table, jobs->table.cursor, text);
}

static bool jobs_tick(struct view *view)
{
    struct jobs *jobs = view->state;
    bool news = job_log_refresh(&jobs->log);

    if (store_version(view->scene->store) == jobs->version)
        return news;
    read_store(jobs);
    return true;
}

const struct view_ops view_jobs = {
    .screen = SCREEN_JOBS,
    .open = jobs_open,
    .close = jobs_close,
    .enter = jobs_enter,
    .leave = jobs_leave,
    .lines = jobs_lines,
    .title = jobs_title,
    .draw = jobs_draw,
    .event = jobs_event,
    .typed = jobs_typed,
    .copy = jobs_copy,
    .tick = jobs_tick,
};
