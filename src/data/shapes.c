/*
 * `shapes[:N]`: a built-in data set, for first runs and for machines without data. Ten kinds of
 * figure at a random place, size and angle, in random colours with little contrast, under noise,
 * lines and spots, on a sloping background.
 *
 * Method: image i of a part is a function of (part, i) alone, whatever N is. All arithmetic is on
 * integers, so every machine draws the same bytes. Coordinates count 1/16 pixel (the "units"
 * below); a figure is a test on coordinates relative to its centre, turned and scaled so that its
 * radius is RADIUS; each pixel takes the mean of 2 × 2 such tests.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/reader.h"

enum {
    CLASSES = 10,
    SIDE = DATA_SIDE,
    PLANE = SIDE * SIDE,
    UNITS = 16,    /* a pixel */
    RADIUS = 1024, /* of a figure, in its own coordinates */
    ONE = 1 << 14, /* 1 in a rotation's sine and cosine */
    SEED = 20170822,
    DEFAULT_COUNT = 12000,
    LEAST = 100,
    MOST = 200000,
    LEAST_TEST = 500,
};

/* --- figures: is (x, y) inside? ------------------------------------------------------------- */

typedef bool figure(int x, int y);

static bool in_disc(int x, int y)
{
    return x * x + y * y <= 1000 * 1000;
}

static bool in_ring(int x, int y)
{
    int square = x * x + y * y;
    return square <= 1000 * 1000 && square >= 560 * 560;
}

static bool in_square(int x, int y)
{
    return abs(x) <= 800 && abs(y) <= 800;
}

static bool in_frame(int x, int y)
{
    return in_square(x, y) && (abs(x) >= 420 || abs(y) >= 420);
}

static bool in_triangle(int x, int y)
{
    return y <= 560 && 7 * abs(x) <= 4 * (y + 1000); /* nearly equilateral */
}

static bool in_plus(int x, int y)
{
    return (abs(x) <= 300 && abs(y) <= 1000) || (abs(y) <= 300 && abs(x) <= 1000);
}

static bool in_bars(int x, int y)
{
    return abs(y) <= 900 && abs(x) <= 900 && (abs(x) <= 180 || abs(x) >= 540);
}

static bool in_half(int x, int y)
{
    return in_disc(x, y - 350) && y >= -50;
}

static bool in_crescent(int x, int y)
{
    return in_disc(x, y) && !(x * x + (y + 480) * (y + 480) <= 820 * 820);
}

static bool in_checks(int x, int y)
{
    return in_square(x, y) && (x >= 0) == (y >= 0);
}

static figure *const figures[CLASSES] = {in_disc, in_ring, in_square, in_frame,    in_triangle,
                                         in_plus, in_bars, in_half,   in_crescent, in_checks};

static const char *const names[CLASSES] = {"disc", "ring", "square",    "frame",    "triangle",
                                           "plus", "bars", "half disc", "crescent", "checks"};

/* --- drawing -------------------------------------------------------------------------------- */

struct colour {
    int value[3];
};

/* A whole number from `low` to `high`, both included. */
static int between(struct random *random, int low, int high)
{
    return low + (int)random_below(random, (uint32_t)(high - low + 1));
}

static struct colour random_colour(struct random *random)
{
    struct colour colour;
    for (int c = 0; c < 3; c++)
        colour.value[c] = between(random, 30, 225);
    return colour;
}

/* A colour that differs from `other` by `least` … 2·least in each of the channels, up or down. */
static struct colour contrasting(struct random *random, struct colour other, int least)
{
    struct colour colour;
    for (int c = 0; c < 3; c++) {
        int step = between(random, least, 2 * least);
        bool up = random_below(random, 2);
        if (other.value[c] + step > 255 || (!up && other.value[c] >= step))
            step = -step;
        colour.value[c] = other.value[c] + step;
    }
    return colour;
}

/* Lays `colour` over `quarters` of a pixel. */
static void blend(int canvas[3][PLANE], int pixel, struct colour colour, int quarters)
{
    for (int c = 0; c < 3; c++)
        canvas[c][pixel] += (colour.value[c] - canvas[c][pixel]) * quarters / 4;
}

static void draw_background(struct random *random, struct colour colour, int canvas[3][PLANE])
{
    for (int c = 0; c < 3; c++) {
        int right = between(random, -40, 40), down = between(random, -40, 40);
        for (int k = 0; k < PLANE; k++)
            canvas[c][k] = colour.value[c] +
                           (right * (k % SIDE - SIDE / 2) + down * (k / SIDE - SIDE / 2)) / SIDE;
    }
}

struct placed {
    figure *inside;
    int x, y;         /* centre, units */
    int radius;       /* units */
    int cosine, sine; /* of the angle, times ONE */
};

/* An angle up to about 28° either way, from the circle's rational points (1 − t², 2t)/(1 + t²) with
 * t up to a quarter. */
static void tilt(struct random *random, struct placed *placed)
{
    int t = between(random, -64, 64);
    placed->cosine = ONE * (256 * 256 - t * t) / (256 * 256 + t * t);
    placed->sine = ONE * (2 * 256 * t) / (256 * 256 + t * t);
}

/* How much of a pixel is covered, of 4. */
static int cover(const struct placed *placed, int column, int row)
{
    int count = 0;
    for (int sample = 0; sample < 4; sample++) {
        int x = column * UNITS + UNITS / 4 + (sample & 1) * UNITS / 2 - placed->x;
        int y = row * UNITS + UNITS / 4 + (sample >> 1) * UNITS / 2 - placed->y;
        int u = (x * placed->cosine + y * placed->sine) / (ONE / RADIUS) / placed->radius;
        int v = (y * placed->cosine - x * placed->sine) / (ONE / RADIUS) / placed->radius;
        if (abs(u) < 2 * RADIUS && abs(v) < 2 * RADIUS)
            count += placed->inside(u, v);
    }
    return count;
}

/* The pixel that holds a coordinate, moved into the image. */
static int pixel_at(int units)
{
    int pixel = units / UNITS;
    return pixel < 0 ? 0 : pixel >= SIDE ? SIDE - 1 : pixel;
}

static void draw_figure(const struct placed *placed, struct colour colour, int canvas[3][PLANE])
{
    int reach = placed->radius * 5 / 4; /* no figure is wider */
    int left = pixel_at(placed->x - reach), right = pixel_at(placed->x + reach);
    int top = pixel_at(placed->y - reach), bottom = pixel_at(placed->y + reach);
    for (int row = top; row <= bottom; row++)
        for (int column = left; column <= right; column++)
            blend(canvas, row * SIDE + column, colour, cover(placed, column, row));
}

static bool in_line(int x, int y)
{
    return abs(y) <= 60 && abs(x) <= RADIUS;
}

/* Thin lines and small spots of any colour, which are no figure of any class. */
static void draw_clutter(struct random *random, int canvas[3][PLANE])
{
    for (int i = between(random, 0, 3); i > 0; i--) {
        bool line = random_below(random, 2);
        struct placed placed = {.inside = line ? in_line : in_disc,
                                .x = between(random, 0, SIDE * UNITS - 1),
                                .y = between(random, 0, SIDE * UNITS - 1)};
        placed.radius =
            line ? between(random, 5 * UNITS, 14 * UNITS) : between(random, UNITS, 5 * UNITS / 2);
        tilt(random, &placed);
        draw_figure(&placed, random_colour(random), canvas);
    }
}

/* Noise of about normal shape (four uniform numbers), then bytes. */
static void finish(struct random *random, int canvas[3][PLANE], uint8_t *image)
{
    int strength = between(random, 4, 20);
    for (int c = 0; c < 3; c++)
        for (int k = 0; k < PLANE; k++) {
            uint64_t bits = random_next(random);
            int sum = (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) +
                      (int)(bits >> 24 & 255) - 510; /* deviation 148 */
            int value = canvas[c][k] + sum * strength / 148;
            image[c * PLANE + k] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
}

static void draw_image(int part, int number, int label, uint8_t *image)
{
    struct random random = random_open(SEED, RANDOM_SHAPES, (uint64_t)part, (uint64_t)number);
    int canvas[3][PLANE];
    struct colour ground = random_colour(&random);
    draw_background(&random, ground, canvas);
    struct placed placed = {.inside = figures[label], .radius = between(&random, 110, 200)};
    placed.x = between(&random, placed.radius * 3 / 4, SIDE * UNITS - placed.radius * 3 / 4);
    placed.y = between(&random, placed.radius * 3 / 4, SIDE * UNITS - placed.radius * 3 / 4);
    tilt(&random, &placed);
    int contrast = between(&random, 30, 70);
    draw_figure(&placed, contrasting(&random, ground, contrast), canvas);
    draw_clutter(&random, canvas);
    finish(&random, canvas, image);
}

/* --- the reader ----------------------------------------------------------------------------- */

static int shapes_made(const char *argument, char **whole, struct error *err)
{
    int64_t count = DEFAULT_COUNT;
    if (argument && (!text_parse_integer(argument, &count) || count < LEAST || count > MOST))
        return error_set(err, ERROR_USAGE, "shapes:%s: wants a number of images, %d to %d",
                         argument, LEAST, MOST);
    *whole = memory_print("%d", (int)count);
    return 0;
}

static int shapes_read(const struct data_reader *reader, const char *argument, struct data_set *set,
                       struct error *err)
{
    (void)reader;
    int train = atoi(argument);
    int test = train / 6 > LEAST_TEST ? train / 6 : LEAST_TEST;
    int code = data_part_new(set, &set->train, train, err);
    if (!code)
        code = data_part_new(set, &set->test, test, err);
    if (code)
        return code;
    struct data_part *parts[] = {&set->train, &set->test};
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < parts[p]->count; i++) {
            int label = i % CLASSES;
            parts[p]->labels[i] = (uint8_t)label;
            draw_image(p, i, label, parts[p]->pixels + (size_t)i * 3 * PLANE);
        }
    return 0;
}

const struct data_reader reader_shapes = {
    .info = {.name = "shapes",
             .form = "shapes[:N]",
             .about = "built in: ten kinds of drawn figures, N training images (12000)",
             .classes = CLASSES,
             .channels = 3,
             .height = SIDE,
             .width = SIDE},
    .class_names = names,
    .read = shapes_read,
    .made = shapes_made,
};
