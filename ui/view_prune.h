/* The Prune screen: a threshold that is dragged, and at once what is left and what it costs. */
#ifndef UI_VIEW_PRUNE_H
#define UI_VIEW_PRUNE_H

#include "ui/view.h"

extern const struct view_ops view_prune;

#endif
