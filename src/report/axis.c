#include "report/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The smallest of 1, 2, 5 × 10^k that is at least `least`. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(least)));
    double factor = least / power;

    return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10);
}

static int limit_ticks(int most)
{
    return most < 1 ? 1 : most > AXIS_TICKS_MAX ? AXIS_TICKS_MAX : most;
}

static void add_tick(struct axis *axis, double value)
{
    if (axis->ticks < AXIS_TICKS_MAX)
        axis->tick[axis->ticks++] = value;
}

void axis_make(struct axis *axis, double low, double high, int most)
{
    if (!isfinite(low) || !isfinite(high))
        low = high = 0;
    if (!(high - low > 1e-12 * (fabs(low) + fabs(high)) && high > low)) {
        double half = low == 0 ? 0.5 : fabs(low) * 0.1;
        high = low + half;
        low -= half;
    }
    *axis = (struct axis){.low = low, .high = high};
    double step = round_step((high - low) / limit_ticks(most));
    double decimals = -floor(log10(step) + 1e-9);
    axis->decimals = decimals > 0 ? (int)decimals : 0;
    for (double at = ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++)
        add_tick(axis, at == 0 ? 0 : at * step);
    if (axis->ticks == 0) /* the step was rounded up beyond the range */
        axis_make(axis, low, high, most + 1);
}

/* Powers of ten, every so many. */
static void add_powers(struct axis *axis, double first, double last, int most)
{
    double step = fmax(1, ceil((last - first + 1) / most));

    axis->powers = axis->low < 0.99 || axis->high > 1e4;
    for (double at = ceil(first / step) * step; at <= last; at += step)
        add_tick(axis, pow(10, at));
}

void axis_make_log(struct axis *axis, double low, double high, int most)
{
    double first = ceil(log10(low) - 1e-9), last = floor(log10(high) + 1e-9);

    most = limit_ticks(most);
    *axis = (struct axis){.low = low, .high = high, .log = true};
    for (double at = first - 1; at <= last && last - first < 2; at++)
        for (int i = 0; i < 3; i++) {
            double value = (double[]){1, 2, 5}[i] * pow(10, at);
            if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
                add_tick(axis, value);
        }
    if (last - first < 2 && (axis->ticks <= most || last < first))
        return;
    axis->ticks = 0;
    add_powers(axis, first, last, most);
}

double axis_place(const struct axis *axis, double value)
{
    if (axis->log)
        return (log10(value) - log10(axis->low)) / (log10(axis->high) - log10(axis->low));
    return (value - axis->low) / (axis->high - axis->low);
}

/* "10⁻³" */
static char *print_power(int exponent, char *text, size_t size)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char plain[16];

    snprintf(plain, sizeof plain, "%d", exponent);
    snprintf(text, size, "10");
    for (const char *at = plain; *at; at++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s", *at == '-' ? "⁻" : digits[*at - '0']);
    }
    return text;
}

char *axis_print(const struct axis *axis, double tick, char *text, size_t size)
{
    if (axis->powers)
        return print_power((int)round(log10(tick)), text, size);
    if (axis->log)
        snprintf(text, size, "%g", tick);
    else
        snprintf(text, size, "%s%.*f", tick < 0 ? "−" : "", axis->decimals, fabs(tick));
    return text;
}
