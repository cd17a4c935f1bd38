#include "train/penalty.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A kind: ρ and dρ/dg at g = |γ| > 0. */
struct penalty_ops {
    const char *name;
    const char *symbol; /* as people write it */
    double (*value)(const struct penalty *penalty, double g);
    double (*slope)(const struct penalty *penalty, double g);
    double (*default_a)(double lambda); /* NULL: does not use a */
    bool uses_p;
    bool flat; /* from g = aλ on */
};

static double none(const struct penalty *penalty, double g)
{
    (void)penalty, (void)g;
    return 0;
}

static double l1_value(const struct penalty *penalty, double g)
{
    return penalty->lambda * g;
}

static double l1_slope(const struct penalty *penalty, double g)
{
    (void)g;
    return penalty->lambda;
}

static double lp_value(const struct penalty *penalty, double g)
{
    return penalty->lambda * pow(g, penalty->p);
}

/* Without a cap one step from a γ near 0 throws it far out again. */
static double lp_slope(const struct penalty *penalty, double g)
{
    return penalty->lambda * penalty->p * pow(fmax(g, penalty->epsilon), penalty->p - 1);
}

static double tl1_value(const struct penalty *penalty, double g)
{
    return penalty->lambda * (penalty->a + 1) * g / (penalty->a + g);
}

static double tl1_slope(const struct penalty *penalty, double g)
{
    double a = penalty->a;
    return penalty->lambda * a * (a + 1) / ((a + g) * (a + g));
}

static double mcp_value(const struct penalty *penalty, double g)
{
    double lambda = penalty->lambda, a = penalty->a;
    return g <= a * lambda ? lambda * g - g * g / (2 * a) : a * lambda * lambda / 2;
}

static double mcp_slope(const struct penalty *penalty, double g)
{
    double lambda = penalty->lambda, a = penalty->a;
    return g <= a * lambda ? lambda - g / a : 0;
}

static double scad_value(const struct penalty *penalty, double g)
{
    double lambda = penalty->lambda, a = penalty->a;
    if (g <= lambda)
        return lambda * g;
    if (g <= a * lambda)
        return (2 * a * lambda * g - g * g - lambda * lambda) / (2 * (a - 1));
    return (a + 1) * lambda * lambda / 2;
}

static double scad_slope(const struct penalty *penalty, double g)
{
    double lambda = penalty->lambda, a = penalty->a;
    if (g <= lambda)
        return lambda;
    return g <= a * lambda ? (a * lambda - g) / (a - 1) : 0;
}

static double one(double lambda)
{
    (void)lambda;
    return 1;
}

/* Reaches |γ| = 1, twice the usual initial γ. */
static double inverse(double lambda)
{
    return lambda > 0 ? 1 / lambda : 0;
}

static const struct penalty_ops table[PENALTY_KINDS] = {
    [PENALTY_NONE] = {.name = "none", .symbol = "none", .value = none, .slope = none},
    [PENALTY_L1] = {.name = "l1", .symbol = "ℓ1", .value = l1_value, .slope = l1_slope},
    [PENALTY_LP] =
        {.name = "lp", .symbol = "ℓp", .value = lp_value, .slope = lp_slope, .uses_p = true},
    [PENALTY_TL1] =
        {.name = "tl1", .symbol = "Tℓ1", .value = tl1_value, .slope = tl1_slope, .default_a = one},
    [PENALTY_MCP] = {.name = "mcp",
                     .symbol = "MCP",
                     .value = mcp_value,
                     .slope = mcp_slope,
                     .default_a = inverse,
                     .flat = true},
    [PENALTY_SCAD] = {.name = "scad",
                      .symbol = "SCAD",
                      .value = scad_value,
                      .slope = scad_slope,
                      .default_a = inverse,
                      .flat = true},
};

const char *penalty_name(enum penalty_kind kind)
{
    return table[kind].name;
}

int penalty_find(const char *name)
{
    for (int kind = 0; kind < PENALTY_KINDS; kind++)
        if (strcmp(table[kind].name, name) == 0)
            return kind;
    return -1;
}

char *penalty_print(const struct penalty *penalty, char *text, size_t size)
{
    const struct penalty_ops *ops = &table[penalty->kind];
    if (penalty->kind == PENALTY_NONE)
        snprintf(text, size, "%s", ops->symbol);
    else if (ops->uses_p)
        snprintf(text, size, "%s p=%g λ=%g", ops->symbol, penalty->p, penalty->lambda);
    else if (ops->default_a)
        snprintf(text, size, "%s a=%g λ=%g", ops->symbol, penalty->a, penalty->lambda);
    else
        snprintf(text, size, "%s λ=%g", ops->symbol, penalty->lambda);
    return text;
}

double penalty_value(const struct penalty *penalty, double gamma)
{
    return table[penalty->kind].value(penalty, fabs(gamma));
}

double penalty_slope(const struct penalty *penalty, double gamma)
{
    if (gamma == 0)
        return 0;
    return copysign(table[penalty->kind].slope(penalty, fabs(gamma)), gamma);
}

bool penalty_uses_a(enum penalty_kind kind)
{
    return table[kind].default_a != NULL;
}

bool penalty_uses_p(enum penalty_kind kind)
{
    return table[kind].uses_p;
}

double penalty_default_a(enum penalty_kind kind, double lambda)
{
    return table[kind].default_a ? table[kind].default_a(lambda) : 0;
}

double penalty_flat(const struct penalty *penalty)
{
    return table[penalty->kind].flat ? penalty->a * penalty->lambda : 0;
}

double penalty_idle(const struct penalty *penalty, double gamma_init)
{
    double flat = penalty_flat(penalty);

    if (!(flat > 0) || flat > fabs(gamma_init))
        return 0;
    return 2 * fabs(gamma_init) / penalty->lambda;
}
