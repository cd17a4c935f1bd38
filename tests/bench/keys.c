/*
 * How long each key of each screen takes on a store that is given: `bench_keys STORE`. Nothing
 * asserts the figures.
 *
 * Method. A front without a terminal. For every key the screen is opened anew and left to settle;
 * then the key comes, and a few glances at nothing, so that what it has set going is worked on.
 * The time between two askings for input, with its frame, is what a key pressed then would wait; it
 * is the processor's, so that what else the machine does is not in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "db/store.h"
#include "ui/app.h"
#include "ui/view_compare.h"
#include "ui/view_gamma.h"
#include "ui/view_jobs.h"
#include "ui/view_prune.h"
#include "ui/view_runs.h"
#include "ui/view_train.h"

enum { ROWS = 45, COLS = 140, GLANCES = 5, CALM = 3, SETTLING = 2000, KEYS_MAX = 256 };
static const double calm_seconds = 0.002;

static const struct view_ops *const all[] = {&view_runs,    &view_train, &view_gamma, &view_prune,
                                             &view_compare, &view_jobs,  NULL};

struct worst {
    double seconds;
    int key;
};

static int key;                             /* that is being timed */
static struct worst opening, press, behind; /* the longest of a screen */
static double asked;                        /* when the app was last let go */
static int glances, calm;                   /* since then; of them in a row that did nothing */
static enum { OPENING, SETTLES, PRESSED } phase;

static double processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void note(struct worst *worst, double seconds)
{
    if (seconds > worst->seconds)
        *worst = (struct worst){seconds, key};
}

static void go_on(struct event *event, double took)
{
    *event = (struct event){.kind = EVENT_WAKE};
    glances++;
    calm = took < calm_seconds ? calm + 1 : 0;
    if (phase == OPENING)
        phase = SETTLES;
    else if (phase == SETTLES && (calm == CALM || glances == SETTLING)) {
        *event = (struct event){.kind = EVENT_KEY, .key = key};
        phase = PRESSED;
        glances = 0;
    } else if (phase == PRESSED && glances == GLANCES)
        event->kind = EVENT_END;
}

static bool next(struct front *front, double seconds, struct event *event)
{
    static bool given; /* an event: whether there is another is asked at once */
    double took = processor_seconds() - asked;

    (void)front;
    (void)seconds;
    if (given) {
        given = false;
        return false;
    }
    given = true;
    note(phase == OPENING ? &opening : phase == PRESSED && glances == 0 ? &press : &behind, took);
    go_on(event, took);
    asked = processor_seconds();
    return true;
}

static void size(struct front *front, int *rows, int *cols)
{
    (void)front;
    *rows = ROWS;
    *cols = COLS;
}

static void show(struct front *front, const struct grid *grid)
{
    (void)front;
    (void)grid;
}

static void copy(struct front *front, const char *text)
{
    (void)front;
    (void)text;
}

static const struct front_ops ops = {.size = size, .next = next, .show = show, .copy = copy};

static void time_key(const char *path, enum screen screen)
{
    struct front front = {.ops = &ops, .glyphs = GLYPHS_UTF8, .wake_fd = -1};
    struct app_views views = {all, screen};
    struct scene scene = {.store_path = path, .store_name = "bench", .wake_fd = -1, .why_not = ""};
    struct error err = {0};

    phase = OPENING;
    glances = calm = 0;
    asked = processor_seconds();
    if (store_open(path, STORE_READ, &scene.store, &err) || app_run(&front, &scene, &views, &err)) {
        fprintf(stderr, "bench_keys: %s\n", err.text);
        exit(EXIT_FAILURE);
    }
    store_close(scene.store);
}

static void time_screen(const char *path, enum screen screen)
{
    char name[16];
    int keys = 0;

    opening = press = behind = (struct worst){0};
    for (key = 1; key < K_END_OF_KEYS; key = key == 0x7E ? K_FIRST : key + 1) {
        enum action action = keymap_find(screen, key);
        if (action == ACTION_NONE || action == ACTION_SUSPEND || action == ACTION_LEAVE ||
            action == ACTION_REDRAW || action == ACTION_MOUSE || action == ACTION_BACKGROUND)
            continue; /* those of the terminal */
        time_key(path, screen);
        keys++;
    }
    printf("%-8s opens in %5.1f ms; %2d keys, the slowest %5.1f ms (%s); behind it %5.1f ms\n",
           screen_name(screen), opening.seconds * 1e3, keys, press.seconds * 1e3,
           key_print(press.key, name, sizeof name), behind.seconds * 1e3);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct rusage usage;

    if (argc != 2) {
        fprintf(stderr, "usage: bench_keys STORE\n");
        return EXIT_FAILURE;
    }
    for (int screen = 0; screen < SCREENS; screen++)
        time_screen(argv[1], (enum screen)screen);
    getrusage(RUSAGE_SELF, &usage);
    printf("memory at most %.0f MB\n", (double)usage.ru_maxrss / 1e3);
    return EXIT_SUCCESS;
}
