/* The command line: what can be done that has no key (commands.def), and its completion. */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

#include <stddef.h>

#include "base/error.h"
#include "ui/field.h"
#include "ui/keymap.h"

struct view;

enum command {
    COMMAND_NONE,
#define COMMAND(name, word, argument, screens, help) COMMAND_##name,
#include "ui/commands.def"
#undef COMMAND
    COMMANDS,
};

/* Splits a line into command and argument, which points into it. ERROR_USAGE: it is none of this
 * screen, or lacks its argument. An empty line is COMMAND_NONE. */
int command_parse(enum screen screen, const char *line, enum command *command,
                  const char **argument, struct error *err);

/* Does what a command asks for; what belongs to one screen alone, its view does. COMMAND_SIGNS,
 * COMMAND_FORGET and COMMAND_QUIT are the app's. */
int command_run(struct view *view, enum command command, const char *argument, struct error *err);

/* Adds to the field what all that could stand there have in common. */
void command_complete(const struct view *view, struct field *field);

/* What could stand there, or what the command does, in one line of text; returns it. */
char *command_hint(const struct view *view, const char *line, char *text, size_t size);

/* The commands as an mdoc list, for the man page. The caller frees. */
char *command_manual(void);

#endif
