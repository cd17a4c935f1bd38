#include "ui/field.h"

#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"

void field_set(struct field *field, const char *text)
{
    snprintf(field->text, sizeof field->text, "%s", text);
    field->caret = (int)strlen(field->text);
}

static bool is_inside(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The start of the character before or behind `at`. */
static int step(const struct field *field, int at, int direction)
{
    int length = (int)strlen(field->text);

    do
        at += direction;
    while (at > 0 && at < length && is_inside(field->text[at]));
    return at < 0 ? 0 : at > length ? length : at;
}

static void insert(struct field *field, int key)
{
    char bytes[5];
    size_t length = utf8_encode((uint32_t)key, bytes), used = strlen(field->text);
    char *at = field->text + field->caret;

    if (used + length >= sizeof field->text)
        return;
    memmove(at + length, at, strlen(at) + 1);
    memcpy(at, bytes, length);
    field->caret += (int)length;
}

static void cut(struct field *field, int from, int to)
{
    memmove(field->text + from, field->text + to, strlen(field->text + to) + 1);
    field->caret = from;
}

bool field_key(struct field *field, int key)
{
    enum { CONTROL_U = 21 };
    int caret = field->caret;

    switch (key) {
    case K_LEFT: field->caret = step(field, caret, -1); return true;
    case K_RIGHT: field->caret = step(field, caret, 1); return true;
    case K_HOME: field->caret = 0; return true;
    case K_END: field->caret = (int)strlen(field->text); return true;
    case K_BACKSPACE: cut(field, step(field, caret, -1), caret); return true;
    case K_DELETE: cut(field, caret, step(field, caret, 1)); return true;
    case CONTROL_U: field_set(field, ""); return true;
    default: break;
    }
    if (key >= ' ' && key < K_FIRST && utf8_width((uint32_t)key) >= 0) {
        insert(field, key);
        return true;
    }
    return false;
}

void field_draw(const struct field *field, struct grid *grid, int row, int col, int width,
                bool active)
{
    char before[sizeof field->text];
    const char *from = field->text;

    snprintf(before, sizeof before, "%.*s", field->caret, field->text);
    const char *hidden = before;
    while (grid_text_width(grid, hidden) >= width && utf8_next(&hidden))
        ;
    from += hidden - before;
    grid_fill(grid, (struct rect){row, col, 1, width}, ' ', STYLE_FIELD);
    grid_text(grid, row, col, width, STYLE_FIELD, from);
    if (active)
        grid_restyle(grid, (struct rect){row, col + grid_text_width(grid, hidden), 1, 1},
                     STYLE_CURSOR);
}
