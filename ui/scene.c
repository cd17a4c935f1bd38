#include "ui/view.h"

#include <stdarg.h>
#include <stdio.h>

void scene_tell(struct scene *scene, enum style style, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(scene->message, sizeof scene->message, format, list);
    va_end(list);
    scene->message_style = style;
}

void scene_ask(struct scene *scene, const char *question, const char *start)
{
    scene->question = question;
    scene->answer = start;
}

void scene_go(struct scene *scene, enum screen screen)
{
    scene->go = screen;
}
