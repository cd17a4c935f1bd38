/* The Jobs screen: the queue, what is at work in it, and what it says. */
#ifndef UI_VIEW_JOBS_H
#define UI_VIEW_JOBS_H

#include "ui/view.h"

extern const struct view_ops view_jobs;

#endif
