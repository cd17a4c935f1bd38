#include "ui/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "ui/roster.h"

__attribute__((format(printf, 3, 0))) static void tell(struct scene *scene, enum style style,
                                                       const char *format, va_list list)
{
    vsnprintf(scene->message, sizeof scene->message, format, list);
    scene->message_style = style;
    scene->told = clock_seconds();
}

void scene_tell(struct scene *scene, enum style style, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    tell(scene, style, format, list);
    va_end(list);
}

void scene_reject(struct scene *scene, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    tell(scene, STYLE_BAD, format, list);
    va_end(list);
    scene->rejected = true;
}

void scene_ask(struct scene *scene, const char *question, const char *start)
{
    snprintf(scene->question, sizeof scene->question, "%s", question);
    snprintf(scene->answer, sizeof scene->answer, "%s", start);
    scene->place = (struct rect){0};
}

void scene_ask_at(struct scene *scene, struct rect place, const char *question, const char *start)
{
    scene_ask(scene, question, start);
    scene->place = place;
}

bool scene_may_replace(struct scene *scene, const char *path)
{
    bool may = !file_exists(path) || file_is_folder(path) || strcmp(scene->given, path) == 0;

    snprintf(scene->given, sizeof scene->given, "%s", may ? "" : path);
    if (!may)
        scene_reject(scene, "Enter again replaces %.200s", path);
    return may;
}

void scene_ask_stop(struct scene *scene)
{
    scene_ask(scene, "stop it? what was trained stays, Space lets it go on (y and Enter):", "");
}

bool scene_answers_yes(struct scene *scene, const char *text, enum answer answer)
{
    bool yes = strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0;

    if (answer == ANSWER_GIVEN && !yes)
        scene_tell(scene, STYLE_TEXT, "nothing was changed");
    return answer == ANSWER_GIVEN && yes;
}

void scene_ask_epochs(struct scene *scene, int usual)
{
    char epochs[24];

    snprintf(epochs, sizeof epochs, "%d", usual);
    scene_ask(scene, "epochs of the retraining (Esc: none):", epochs);
}

bool scene_answers_epochs(struct scene *scene, const char *text, int64_t *epochs)
{
    enum { MOST = 1000000 }; /* as config.def has it */
    bool some = text_parse_integer(text, epochs) && *epochs >= 1 && *epochs <= MOST;

    if (!some)
        scene_reject(scene, "\"%s\" is no number of epochs", text);
    return some;
}

bool scene_may_change(struct scene *scene)
{
    if (!scene->desk)
        scene_tell(scene, STYLE_WARN, "this store can only be read: %s",
                   scene->why_not ? scene->why_not : "");
    return scene->desk != NULL;
}

void scene_go(struct scene *scene, enum screen screen)
{
    scene->go = screen;
}

int64_t scene_newest_run(struct scene *scene, bool with_epoch, struct error *err)
{
    struct roster *roster = roster_hold(&scene->roster, scene->store, err);
    int64_t newest = 0;

    for (int i = 0; roster && i < roster->count; i++)
        if (!with_epoch || roster->row[i].epoch)
            newest = roster->row[i].id;
    roster_release(roster);
    return newest;
}

static int find_mark(const struct scene *scene, int64_t run)
{
    for (int i = 0; i < scene->marks; i++)
        if (scene->mark[i] == run)
            return i;
    return -1;
}

bool scene_is_marked(const struct scene *scene, int64_t run)
{
    return find_mark(scene, run) >= 0;
}

bool scene_mark(struct scene *scene, int64_t run)
{
    int at = find_mark(scene, run);

    if (at >= 0)
        scene->mark[at] = scene->mark[--scene->marks];
    else if (scene->marks < SCENE_MARKS)
        scene->mark[scene->marks++] = run;
    else
        return false;
    return true;
}
