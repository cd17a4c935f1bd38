/*
 * The app: the loop that takes events from a front, gives them to the view that is in front, and
 * shows what it draws.
 *
 * Input is drawn at once, all that has come together in one frame; news from behind (progress) at
 * most twenty times a second.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include "base/error.h"
#include "ui/front.h"
#include "ui/view.h"

/* The screens there are, NULL-terminated; they live as long as the app. */
struct app_views {
    const struct view_ops *const *ops;
    enum screen first;
};

/* Runs until the user leaves, a signal comes or the script ends. An error: the first view could
 * not be opened, or the script failed. */
int app_run(struct front *front, struct scene *scene, const struct app_views *views,
            struct error *err);

/* One frame of the first view in text, exactly `rows` lines. The caller frees *text. */
int app_once(struct scene *scene, const struct app_views *views, int rows, int cols,
             enum glyph_set glyphs, char **text, struct error *err);

#endif
