/* The Runs screen: every run of the store, sorted, filtered, marked. */
#ifndef UI_VIEW_RUNS_H
#define UI_VIEW_RUNS_H

#include "ui/view.h"

extern const struct view_ops view_runs;

#endif
