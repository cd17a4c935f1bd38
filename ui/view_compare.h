/* The Compare screen: what is left of each run's accuracy, at any cost and at one budget. */
#ifndef UI_VIEW_COMPARE_H
#define UI_VIEW_COMPARE_H

#include "ui/view.h"

extern const struct view_ops view_compare;

#endif
