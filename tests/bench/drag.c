/*
 * How long a drag takes, from the byte of the mouse report to the finished frame: ResNet-164, with
 * 12,112 channels in 163 gates and made-up γ, on a terminal of 200×60. Nothing asserts the figures.
 *
 * Method. The program gets a pseudo-terminal of its own. A thread is the terminal: it writes one
 * report, waits until the frame that follows has been painted, notes the time and writes the next;
 * what the program paints is read and thrown away.
 */
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/record.h"
#include "net/net.h"
#include "prune/cost.h"
#include "ui/app.h"
#include "ui/view_prune.h"

enum { ROWS = 60, COLS = 200, DRAGS = 2000, FIRST = 5, LAST = 194, SLIDER = 4 };

static struct error err;
static int master;
static sem_t painted;
static double finished; /* when the last frame was */
static double taken[DRAGS];

static void must(int code)
{
    if (code) {
        fprintf(stderr, "bench_drag: %s\n", err.text);
        exit(EXIT_FAILURE);
    }
}

/* --- the store ------------------------------------------------------------------------------- */

static void insert_gamma(struct store *store, const struct net_spec *spec)
{
    float **gamma = NEW(float *, spec->gates);
    int *channels = NEW(int, spec->gates);
    struct epoch_row epoch = {.run = 1, .epoch = 1, .val_accuracy = 0.9};

    for (int g = 0; g < spec->gates; g++) {
        channels[g] = spec->gate[g].channels;
        gamma[g] = NEW(float, channels[g]);
        for (int c = 0; c < channels[g]; c++)
            gamma[g][c] =
                (float)exp(-(double)((c * 2654435761U + (unsigned)g * 40503U) % 997) / 120);
    }
    must(epoch_insert(store, &epoch, (const float *const *)gamma, channels, spec->gates, &err));
    for (int g = 0; g < spec->gates; g++)
        free(gamma[g]);
    free(gamma);
    free(channels);
}

static void make_store(const char *path, struct store **store)
{
    struct net_spec spec;
    const char **names;
    int *channels;

    must(spec_make("resnet164", 1, 10, 3, &spec, &err));
    names = NEW(const char *, spec.gates);
    channels = NEW(int, spec.gates);
    for (int g = 0; g < spec.gates; g++) {
        names[g] = spec.gate[g].name;
        channels[g] = spec.gate[g].channels;
    }
    struct jvalue *json = spec_to_json(&spec);
    struct run_row run = {.status = RUN_FINISHED,
                          .canonical = memory_copy_text("made up"),
                          .config = memory_copy_text("{}"),
                          .network = jvalue_print(json),
                          .arch = memory_copy_text("resnet164"),
                          .data = memory_copy_text(""),
                          .width = 1,
                          .penalty = memory_copy_text("none"),
                          .epochs = 1,
                          .channels = spec_channels(&spec)};
    memset(run.hash, '1', HASH_TEXT - 1);
    must(store_open(path, STORE_CREATE, store, &err));
    must(store_begin(*store, &err));
    must(run_insert(*store, &run, names, channels, spec.gates, &err));
    insert_gamma(*store, &spec);
    must(store_commit(*store, &err));
    printf("%s: %d gates, %d channels, %d x %d cells\n", run.arch, spec.gates, spec_channels(&spec),
           COLS, ROWS);
    jvalue_free(json);
    run_row_done(&run);
    spec_done(&spec);
    free(names);
    free(channels);
}

static void remove_store(const char *folder)
{
    static const char *const names[] = {"runs.db",      "runs.db-wal", "runs.db-shm",
                                        "runs.db.lock", "runs.db.d",   ""};
    char path[128];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

/* --- the terminal ---------------------------------------------------------------------------- */

static void open_terminal(void)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = COLS};

    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        exit(EXIT_FAILURE);
    int slave = open(ptsname(master), O_RDWR);
    ioctl(slave, TIOCSWINSZ, &size);
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDOUT_FILENO);
    setenv("TERM", "xterm-256color", 1);
    unsetenv("LINES");
    unsetenv("COLUMNS");
}

static void *swallow(void *unused)
{
    char block[65536];

    while (read(master, block, sizeof block) > 0)
        ;
    return unused;
}

static void send(const char *report, int col)
{
    char bytes[32];
    int length = snprintf(bytes, sizeof bytes, "\033[<%s;%d;%dM", report, col, SLIDER);

    if (write(master, bytes, (size_t)length) != length)
        exit(EXIT_FAILURE);
}

static void *drag(void *unused)
{
    sem_wait(&painted); /* the first frame */
    send("0", FIRST);
    sem_wait(&painted);
    for (int i = 0; i < DRAGS; i++) {
        double start = clock_seconds();
        send("32", FIRST + (i * 37) % (LAST - FIRST));
        sem_wait(&painted);
        taken[i] = finished - start;
    }
    if (write(master, "\003", 1) != 1) /* C-c */
        exit(EXIT_FAILURE);
    return unused;
}

/* The terminal's front, which also says when a frame is done. */
static struct front timed;
static struct front_ops timed_ops;
static const struct front_ops *real_ops;

static void show_timed(struct front *front, const struct grid *grid)
{
    real_ops->show(front, grid);
    finished = clock_seconds();
    sem_post(&painted);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    static const struct view_ops *const all[] = {&view_prune, NULL};
    struct app_views views = {all, SCREEN_PRUNE};
    struct scene scene = {.store_name = "bench", .run = 1, .wake_fd = -1, .still = true};
    struct term_options options = {.mouse = true, .colour = true};
    char path[] = "bench-XXXXXX", file[64];
    struct front *front;
    pthread_t reader, hand;
    int report = dup(STDOUT_FILENO);

    if (!mkdtemp(path))
        return EXIT_FAILURE;
    snprintf(file, sizeof file, "%s/runs.db", path);
    make_store(file, &scene.store);
    fflush(stdout);
    sem_init(&painted, 0, 0);
    open_terminal();
    must(front_open_terminal(&options, &front, &err));
    real_ops = front->ops;
    timed = *front;
    timed_ops = *real_ops;
    timed_ops.show = show_timed;
    timed.ops = &timed_ops;
    pthread_create(&reader, NULL, swallow, NULL);
    pthread_create(&hand, NULL, drag, NULL);
    must(app_run(&timed, &scene, &views, &err));
    front->ops->close(front);
    qsort(taken, DRAGS, sizeof *taken, compare);
    dprintf(report, "%d drags, byte to frame: median %.2f ms, 99 %% %.2f ms, most %.2f ms\n", DRAGS,
            taken[DRAGS / 2] * 1e3, taken[DRAGS * 99 / 100] * 1e3, taken[DRAGS - 1] * 1e3);
    store_close(scene.store);
    remove_store(path);
    return EXIT_SUCCESS;
}
