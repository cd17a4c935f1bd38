#include "ui/prompt.h"

#include <stdio.h>

void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *question,
                 const char *start, struct rect place)
{
    prompt->kind = kind;
    prompt->place = place;
    snprintf(prompt->question, sizeof prompt->question, "%s", question);
    snprintf(prompt->start, sizeof prompt->start, "%s", start);
    field_set(&prompt->field, start);
}

bool prompt_key(struct prompt *prompt, const struct view *view, int key, enum answer *answer)
{
    *answer = ANSWER_TYPING;
    if (key == K_TAB && prompt->kind == PROMPT_COMMAND) {
        command_complete(view, &prompt->field);
        return true;
    }
    if (key != K_ENTER && key != K_ESCAPE)
        return field_key(&prompt->field, key);
    *answer = key == K_ENTER ? ANSWER_GIVEN : ANSWER_DROPPED;
    if (key == K_ESCAPE)
        field_set(&prompt->field, prompt->start);
    prompt->kind = PROMPT_NONE;
    return true;
}

void prompt_draw(const struct prompt *prompt, const struct view *view, struct grid *grid)
{
    int row = grid->rows - 1, cols = grid->cols;
    char hint[600];

    if (prompt->place.cols > 0) {
        grid_print(grid, row, 1, cols - 2, STYLE_KEY, "%s  Enter keeps it, Esc leaves it as it was",
                   prompt->question);
        grid_fill(grid, prompt->place, ' ', STYLE_TEXT);
        field_draw(&prompt->field, grid, prompt->place.row, prompt->place.col, prompt->place.cols,
                   true);
        return;
    }
    if (prompt->kind == PROMPT_COMMAND) {
        grid_fill(grid, (struct rect){row - 1, 0, 1, cols}, ' ', STYLE_TEXT);
        grid_text(grid, row - 1, 1, cols - 2, STYLE_DIM,
                  command_hint(view, prompt->field.text, hint, sizeof hint));
    }
    int used = grid_print(grid, row, 1, cols - 12, STYLE_KEY, "%s ", prompt->question);
    field_draw(&prompt->field, grid, row, used + 1, cols - used - 2, true);
}
