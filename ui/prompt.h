/* Where something is typed: the answer to a view's question, a command, the name of a file. In the
 * last line, or where the text stands that it changes. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/field.h"
#include "ui/view.h"

enum prompt_kind { PROMPT_NONE, PROMPT_VIEW, PROMPT_COMMAND, PROMPT_FILE };

struct prompt {
    enum prompt_kind kind; /* PROMPT_NONE: it is closed */
    char question[120];
    char start[512]; /* what Esc brings back */
    struct rect place;
    struct field field;
};

/* `place` of 0 columns: in the last line. */
void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *question,
                 const char *start, struct rect place);

/* Takes a key, Tab completes a command. False when nothing changed; *answer says how it stands, and
 * unless it is ANSWER_TYPING the prompt is closed: its text is in the field. */
bool prompt_key(struct prompt *prompt, const struct view *view, int key, enum answer *answer);

void prompt_draw(const struct prompt *prompt, const struct view *view, struct grid *grid);

#endif
