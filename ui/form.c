#include "ui/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "job/job.h"
#include "ui/plot.h"

enum { KEY_WIDTH = 14, VALUE_WIDTH = 24, BELOW = 2 }; /* below the lines: help and a complaint */

/* Reads every line again. */
static void check(struct form *form)
{
    config_done(&form->config);
    config_init(&form->config);
    form->whole = (struct error){0};
    for (int i = 0; i < CONFIG_FIELDS; i++) {
        form->error[i] = (struct error){0};
        if (*form->field[i].text)
            config_set(&form->config, (enum config_field)i, form->field[i].text, &form->error[i]);
    }
    config_resolve(&form->config, &form->whole);
    for (int i = 0; i < CONFIG_FIELDS; i++)
        if (!form->error[i].code)
            job_check_field(&form->config, (enum config_field)i, &form->error[i]);
}

/* A field as text where it says something else than the default; the caller frees. NULL: it does
 * not, or cannot act. */
static char *own_text(const struct config *from, const struct config *standard,
                      enum config_field which)
{
    char *text = config_get(from, which), *usual = config_get(standard, which);
    bool same = text_equal(text ? text : "", usual ? usual : "");

    free(usual);
    if (!same && config_acts(from, which))
        return text;
    free(text);
    return NULL;
}

void form_open(struct form *form, const struct config *from)
{
    struct config standard;

    *form = (struct form){0};
    config_init(&form->config);
    config_init(&standard);
    for (int i = 0; from && i < CONFIG_FIELDS; i++) {
        bool its_own = i == CONFIG_FIELD_name || i == CONFIG_FIELD_tag; /* not the new run's */
        char *text = its_own ? NULL : own_text(from, &standard, (enum config_field)i);
        if (text)
            field_set(&form->field[i], text);
        free(text);
    }
    config_done(&standard);
    check(form);
}

void form_done(struct form *form)
{
    config_done(&form->config);
}

int form_find_fault(const struct form *form, const char **why)
{
    *why = NULL;
    for (int i = 0; i < CONFIG_FIELDS; i++)
        if (form->error[i].code) {
            *why = form->error[i].text;
            return i;
        }
    if (!*form->field[CONFIG_FIELD_data].text) {
        *why = "data: which data set? fashion, cifar10:PATH, shapes …";
        return CONFIG_FIELD_data;
    }
    if (!*form->field[CONFIG_FIELD_arch].text) {
        *why = "arch: which network? vgg11, vgg16, resnet20 …";
        return CONFIG_FIELD_arch;
    }
    if (form->whole.code)
        *why = form->whole.text;
    return -1;
}

static void move(struct form *form, int by)
{
    form->cursor += by;
    if (form->cursor < 0)
        form->cursor = 0;
    if (form->cursor >= CONFIG_FIELDS)
        form->cursor = CONFIG_FIELDS - 1;
}

/* The next or last of the words that the line under the cursor may have; false: it is no choice. */
static bool choose(struct form *form, int by)
{
    static const char *const truth[] = {"yes", "no", NULL};
    const struct config_row *row = config_row((enum config_field)form->cursor);
    const char *const *words = row->type == CONFIG_FLAG ? truth : row->choices;
    struct field *field = &form->field[form->cursor];
    const char *now = *field->text ? field->text : row->standard;
    int count = 0, at = 0;

    if (!words)
        return false;
    for (; words[count]; count++)
        if (text_equal(words[count], now))
            at = count;
    field_set(field, words[(at + by + count) % count]);
    check(form);
    return true;
}

enum form_key form_key(struct form *form, int key)
{
    enum { PAGE = 8 };
    struct field *field = &form->field[form->cursor];

    switch (key) {
    case K_UP:
    case K_SHIFT_TAB: move(form, -1); return FORM_CHANGED;
    case K_DOWN:
    case K_TAB: move(form, 1); return FORM_CHANGED;
    case K_PAGE_UP: move(form, -PAGE); return FORM_CHANGED;
    case K_PAGE_DOWN: move(form, PAGE); return FORM_CHANGED;
    case K_ENTER: return FORM_START;
    case K_ESCAPE: return FORM_LEAVE;
    case K_LEFT:
    case K_RIGHT:
        if (choose(form, key == K_RIGHT ? 1 : -1))
            return FORM_CHANGED;
        break;
    default: break;
    }
    if (!field_key(field, key))
        return FORM_NOTHING;
    check(form);
    return FORM_CHANGED;
}

void form_mouse(struct form *form, const struct mouse_event *mouse, struct rect inside)
{
    int line = mouse->row - inside.row;

    if (mouse->kind == MOUSE_WHEEL_UP || mouse->kind == MOUSE_WHEEL_DOWN)
        move(form, mouse->kind == MOUSE_WHEEL_UP ? -1 : 1);
    else if (mouse->kind == MOUSE_PRESS && line >= 0 && line < inside.rows - BELOW &&
             form->top + line < CONFIG_FIELDS)
        form->cursor = form->top + line;
}

static void draw_line(const struct form *form, struct grid *grid, struct rect inside, int row,
                      enum config_field which)
{
    const struct config_row *info = config_row(which);
    const struct field *field = &form->field[which];
    bool here = (int)which == form->cursor, acts = config_acts(&form->config, which);
    int value = inside.col + KEY_WIDTH + 2;

    if (here)
        grid_sign(grid, row, inside.col, GLYPH_POINTER, STYLE_KEY);
    grid_text(grid, row, inside.col + 2, KEY_WIDTH - 1,
              here   ? STYLE_KEY
              : acts ? STYLE_TEXT
                     : STYLE_DIM,
              info->key);
    field_draw(field, grid, row, value, VALUE_WIDTH, here);
    if (!*field->text)
        grid_text(grid, row, value + here, VALUE_WIDTH - here, STYLE_DIM, info->standard);
    int rest = value + VALUE_WIDTH + 2;
    int width = inside.col + inside.cols - 1 - rest; /* the last is the scrollbar's */
    if (form->error[which].code)
        grid_text(grid, row, rest, width, STYLE_BAD, form->error[which].text);
    else
        grid_print(grid, row, rest, width, STYLE_DIM, "%s%s", acts ? "" : "(not used) ",
                   info->help);
}

void form_draw(struct form *form, struct grid *grid, struct rect inside)
{
    const char *why;
    int lines = inside.rows - BELOW, last = inside.row + inside.rows - 1;

    if (form->top > form->cursor)
        form->top = form->cursor;
    if (form->cursor >= form->top + lines)
        form->top = form->cursor - lines + 1;
    if (form->top > CONFIG_FIELDS - lines)
        form->top = CONFIG_FIELDS > lines ? CONFIG_FIELDS - lines : 0;
    for (int i = 0; i < lines && form->top + i < CONFIG_FIELDS; i++)
        draw_line(form, grid, inside, inside.row + i, (enum config_field)(form->top + i));
    const struct config_row *row = config_row((enum config_field)form->cursor);
    bool number = row->type == CONFIG_REAL || row->type == CONFIG_INTEGER;
    if (number)
        grid_print(grid, last, inside.col + 2, inside.cols - 2, STYLE_DIM, "%s: %s (%g … %g)",
                   row->key, row->help, row->low, row->high);
    else
        grid_print(grid, last, inside.col + 2, inside.cols - 2, STYLE_DIM, "%s: %s%s", row->key,
                   row->help, row->choices ? " (← → choose)" : "");
    form_find_fault(form, &why);
    scrollbar_draw(grid, (struct rect){inside.row, inside.col, lines, inside.cols}, CONFIG_FIELDS,
                   form->top);
    if (why)
        grid_text(grid, last - 1, inside.col + 2, inside.cols - 2, STYLE_WARN, why);
    else
        grid_text(grid, last - 1, inside.col + 2, inside.cols - 2, STYLE_GOOD,
                  "all is well: Enter starts the training");
}
