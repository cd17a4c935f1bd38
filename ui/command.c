#include "ui/command.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "job/filter.h"
#include "ui/view.h"

static const struct row {
    const char *word, *argument;
    unsigned screens;
    const char *help;
} rows[COMMANDS] = {
#define COMMAND(name, word, argument, screens, help)                                               \
    [COMMAND_##name] = {word, argument, screens, help},
#include "ui/commands.def"
#undef COMMAND
};

static bool screen_has(enum screen screen, int command)
{
    return command < COMMANDS && (rows[command].screens & 1U << screen);
}

static enum command find(enum screen screen, const char *word, size_t length)
{
    for (int command = 1; command < COMMANDS; command++)
        if (screen_has(screen, command) && strlen(rows[command].word) == length &&
            memcmp(rows[command].word, word, length) == 0)
            return (enum command)command;
    return COMMAND_NONE;
}

int command_parse(enum screen screen, const char *line, enum command *command,
                  const char **argument, struct error *err)
{
    line += strspn(line, " ");
    size_t length = strcspn(line, " ");
    *command = find(screen, line, length);
    *argument = line + length + strspn(line + length, " ");
    if (length == 0)
        return 0;
    if (*command == COMMAND_NONE)
        return error_set(err, ERROR_USAGE, "\"%.*s\": no command of this screen; Tab lists them",
                         (int)length, line);
    if (*rows[*command].argument && !**argument)
        return error_set(err, ERROR_USAGE, "%s %s: %s", rows[*command].word,
                         rows[*command].argument, rows[*command].help);
    return 0;
}

/* --- completion ------------------------------------------------------------------------------ */

/* The words that may follow a command, by number; NULL behind the last. */
static const char *argument_word(const struct view *view, enum command command, int index)
{
    static const char *const signs[] = {"utf-8", "block", "ascii", NULL};

    switch (command) {
    case COMMAND_SCREEN: return index < SCREENS ? screen_name((enum screen)index) : NULL;
    case COMMAND_SIGNS: return signs[index];
    case COMMAND_MARK: return filter_keys()[index];
    default: return view->ops->word ? view->ops->word(view, command, index) : NULL;
    }
}

/* What is being typed: a command's word, or the last word of its argument. */
struct place {
    enum command command; /* COMMAND_NONE: its word is */
    const char *start;
};

static struct place find_place(const struct view *view, const char *line)
{
    const char *space = strchr(line, ' '), *last = strrchr(line, ' ');

    if (!space)
        return (struct place){COMMAND_NONE, line};
    enum command command = find(view->ops->screen, line, (size_t)(space - line));
    return (struct place){command ? command : COMMANDS, last + 1};
}

/* The next word from *at on that may stand at a place, NULL behind the last. */
static const char *next_word(const struct view *view, struct place place, int *at)
{
    size_t length = strlen(place.start);
    const char *word;

    if (place.command == COMMANDS)
        return NULL;
    if (place.command == COMMAND_NONE) {
        while (++*at < COMMANDS)
            if (screen_has(view->ops->screen, *at) &&
                strncmp(rows[*at].word, place.start, length) == 0)
                return rows[*at].word;
        return NULL;
    }
    while ((word = argument_word(view, place.command, (*at)++)) != NULL)
        if (strncmp(word, place.start, length) == 0)
            return word;
    return NULL;
}

void command_complete(const struct view *view, struct field *field)
{
    struct place place = find_place(view, field->text);
    const char *word, *first = NULL;
    size_t common = 0, typed = (size_t)(place.start - field->text);
    int at = 0, count = 0;

    while ((word = next_word(view, place, &at)) != NULL) {
        if (!first)
            common = strlen(first = word);
        for (size_t i = 0; i < common; i++)
            if (word[i] != first[i])
                common = i;
        count++;
    }
    if (!first)
        return;
    char text[sizeof field->text];
    bool more = count == 1 && place.command == COMMAND_NONE;
    snprintf(text, sizeof text, "%.*s%.*s%s", (int)typed, field->text, (int)common, first,
             more ? " " : "");
    field_set(field, text);
}

char *command_hint(const struct view *view, const char *line, char *text, size_t size)
{
    struct place place = find_place(view, line);
    const char *word;
    size_t used = 0;
    int at = 0;

    *text = '\0';
    if (place.command != COMMAND_NONE && place.command != COMMANDS)
        used = (size_t)snprintf(text, size, "%s: ", rows[place.command].help);
    while ((word = next_word(view, place, &at)) != NULL && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s  ", word);
    return text;
}

char *command_manual(void)
{
    struct text manual = {0};

    text_add(&manual, ".Bl -tag -width Ds\n");
    for (int command = 1; command < COMMANDS; command++) {
        text_add(&manual, ".It Ic %s", rows[command].word);
        if (*rows[command].argument)
            text_add(&manual, " Ar \\&%s", rows[command].argument);
        text_add(&manual, "\n%s.\n", rows[command].help);
    }
    text_add(&manual, ".El\n");
    return text_take(&manual);
}
