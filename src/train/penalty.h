/*
 * Penalties ρ on the batch-norm scale factors γ, and their subgradients (Bui, Park, Zhang, Qi &
 * Xin, "Improving Network Slimming with Nonconvex Regularization", IEEE Access 9, 2021).
 *
 *   l1    λ|γ|
 *   lp    λ|γ|^p                                              0 < p < 1
 *   tl1   λ(a+1)|γ| / (a+|γ|)                                 a > 0   (Zhang & Xin 2018)
 *   mcp   λ|γ| − γ²/(2a) to |γ| = aλ, then aλ²/2              a > 1   (Zhang 2010)
 *   scad  λ|γ| to λ, (2aλ|γ| − γ² − λ²)/(2(a−1)) to aλ, then (a+1)λ²/2     a > 2   (Fan & Li 2001)
 *
 * λ multiplies l1, lp and tl1; it stands inside mcp and scad. At γ = 0 the subgradient is 0.
 */
#ifndef TRAIN_PENALTY_H
#define TRAIN_PENALTY_H

#include <stdbool.h>
#include <stddef.h>

enum penalty_kind {
    PENALTY_NONE,
    PENALTY_L1,
    PENALTY_LP,
    PENALTY_TL1,
    PENALTY_MCP,
    PENALTY_SCAD,
    PENALTY_KINDS,
};

struct penalty {
    enum penalty_kind kind;
    double lambda;
    double a;       /* tl1, mcp, scad */
    double p;       /* lp */
    double epsilon; /* lp: the slope is capped at its value at |γ| = ε; 0: uncapped */
};

/* "l1" … as on the command line; the kind of a name, or −1. */
const char *penalty_name(enum penalty_kind kind);
int penalty_find(const char *name);

/* How a penalty is written for people: "Tℓ1 a=1 λ=1e-3" into `text`; returns it. */
char *penalty_print(const struct penalty *penalty, char *text, size_t size);

/* ρ(γ) of one γ, and its slope (the subgradient that training adds to the loss gradient). */
double penalty_value(const struct penalty *penalty, double gamma);
double penalty_slope(const struct penalty *penalty, double gamma);

/* Whether the kind uses a, p; the default a for this kind and λ (tl1: 1; mcp, scad: 1/λ). */
bool penalty_uses_a(enum penalty_kind kind);
bool penalty_uses_p(enum penalty_kind kind);
double penalty_default_a(enum penalty_kind kind, double lambda);

/* The |γ| from which on a penalty is flat: aλ of mcp and scad; 0: of none. */
double penalty_flat(const struct penalty *penalty);

/* mcp and scad are flat from |γ| = aλ on: when that is at or below the initial γ nothing is
 * penalised at the start. Returns the a that would reach twice the initial γ, or 0 if all is well.
 */
double penalty_idle(const struct penalty *penalty, double gamma_init);

#endif
