/* The Train screen: a run as it trains, and the form of a new one. */
#ifndef UI_VIEW_TRAIN_H
#define UI_VIEW_TRAIN_H

#include "ui/view.h"

extern const struct view_ops view_train;

#endif
