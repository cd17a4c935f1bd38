/* The γ screen: how the scaling factors move through the training, and what pulls them. */
#ifndef UI_VIEW_GAMMA_H
#define UI_VIEW_GAMMA_H

#include "ui/view.h"

extern const struct view_ops view_gamma;

#endif
