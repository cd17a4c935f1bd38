/* The screens on a store: interactive, one frame as text, or driven by a script. */
#ifndef UI_EXPLORE_H
#define UI_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ui/keymap.h"

struct explore_options {
    const char *store; /* made when it is missing, unless `once` */
    enum screen screen;
    int64_t run;        /* 0: none chosen */
    const char *at;     /* the amount that Prune opens at, or NULL */
    bool once;          /* one frame to stdout: only what the store holds, no probe, no clock */
    const char *script; /* a file of keys instead of a terminal (front.h), or NULL */
    int rows, cols;     /* of a frame or script */
    bool mouse, colour;
};

/* ERROR_STOPPED when a signal ended it (stop_signal says which). */
int explore(const struct explore_options *options, struct error *err);

#endif
