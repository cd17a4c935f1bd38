#include "ui/view.h"

#include <stdarg.h>
#include <stdio.h>

void desk_tell(struct desk *desk, enum style style, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(desk->message, sizeof desk->message, format, list);
    va_end(list);
    desk->message_style = style;
}

void desk_ask(struct desk *desk, const char *question, const char *start)
{
    desk->question = question;
    desk->answer = start;
}

void desk_go(struct desk *desk, enum screen screen)
{
    desk->go = screen;
}
