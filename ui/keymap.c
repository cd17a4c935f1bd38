#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/key.h"
#include "ui/utf8.h"

static const char *const screen_names[SCREENS] = {
    [SCREEN_RUNS] = "runs",   [SCREEN_TRAIN] = "train",     [SCREEN_GAMMA] = "gamma",
    [SCREEN_PRUNE] = "prune", [SCREEN_COMPARE] = "compare", [SCREEN_JOBS] = "jobs",
};

const char *screen_name(enum screen screen)
{
    return screen < SCREENS ? screen_names[screen] : "none";
}

enum screen screen_find(const char *name)
{
    for (int i = 0; i < SCREENS; i++)
        if (text_equal(name, screen_names[i]))
            return (enum screen)i;
    return SCREEN_NONE;
}

#define IN(screen) (1U << SCREEN_##screen)
#define EVERYWHERE ((1U << SCREENS) - 1)

static const struct row {
    const char *keys;
    unsigned screens;
    const char *foot, *help;
} rows[ACTIONS] = {
#define ACTION(name, keys, screens, foot, help) [ACTION_##name] = {keys, screens, foot, help},
#include "ui/actions.def"
#undef ACTION
};

/* The next of the names in *list, which moves on, as a key; K_NONE at the end. */
static int next_key(const char **list)
{
    char name[16];
    size_t length;

    *list += strspn(*list, " ");
    length = strcspn(*list, " ");
    if (length == 0 || length >= sizeof name)
        return K_NONE;
    memcpy(name, *list, length);
    name[length] = '\0';
    *list += length;
    return key_find(name);
}

static bool screen_has(enum screen screen, int action)
{
    return screen < SCREENS && (rows[action].screens & 1U << screen);
}

enum action keymap_find(enum screen screen, int key)
{
    for (int action = 1; action < ACTIONS; action++) {
        const char *list = rows[action].keys;
        int each;
        if (!screen_has(screen, action))
            continue;
        while ((each = next_key(&list)) != K_NONE)
            if (each == key)
                return (enum action)action;
    }
    return ACTION_NONE;
}

static void add(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);

    snprintf(text + used, size - used, "%s", more);
}

const char *keymap_describe(enum screen screen, enum action action, char *text, size_t size)
{
    const char *list = rows[action].keys;
    char name[16];
    int key;

    *text = '\0';
    if (action == ACTION_NONE || !screen_has(screen, (int)action))
        return NULL;
    while ((key = next_key(&list)) != K_NONE) {
        add(text, size, *text ? " " : "");
        add(text, size, key_print_short(key, name, sizeof name));
    }
    return rows[action].help;
}

bool keymap_is_general(enum action action)
{
    return rows[action].screens == EVERYWHERE;
}

static int text_columns(const char *text)
{
    int columns = 0;
    uint32_t rune;

    while ((rune = utf8_next(&text)) != 0)
        columns += utf8_width(rune);
    return columns;
}

void keymap_foot(enum screen screen, int width, char *text, size_t size)
{
    char part[96], name[16];
    const char *word = "";

    *text = *part = '\0';
    for (int action = 1; action <= ACTIONS; action++) {
        bool here = action < ACTIONS && screen_has(screen, action) && *rows[action].foot;
        if (action < ACTIONS && !here)
            continue;
        if (*part && (action == ACTIONS || !text_equal(word, rows[action].foot))) {
            add(part, sizeof part, " ");
            add(part, sizeof part, word);
            if (text_columns(text) + text_columns(part) + 2 > width)
                return;
            add(text, size, *text ? "  " : "");
            add(text, size, part);
            *part = '\0';
        }
        if (here) {
            const char *list = rows[action].keys;
            word = rows[action].foot;
            add(part, sizeof part, key_print_short(next_key(&list), name, sizeof name));
        }
    }
}

/* mdoc takes a word that is one of its macros, or punctuation, as text behind "\&". */
static void add_manual_row(struct text *manual, const struct row *row)
{
    const char *list = row->keys;
    char name[16];
    int key;

    text_add(manual, ".It");
    while ((key = next_key(&list)) != K_NONE)
        text_add(manual, " Ic \\&%s", key_print(key, name, sizeof name));
    text_add(manual, "\n%s.\n", row->help);
}

char *keymap_manual(void)
{
    struct text manual = {0};

    text_add(&manual, "On every screen:\n.Bl -tag -width Ds\n");
    for (int action = 1; action < ACTIONS; action++)
        if (rows[action].screens == EVERYWHERE)
            add_manual_row(&manual, &rows[action]);
    text_add(&manual, ".El\n");
    for (int screen = 0; screen < SCREENS; screen++) {
        bool any = false;
        for (int action = 1; action < ACTIONS; action++) {
            if (rows[action].screens == EVERYWHERE || !screen_has((enum screen)screen, action))
                continue;
            if (!any)
                text_add(&manual, ".Pp\nOn the screen\n.Em %s :\n.Bl -tag -width Ds\n",
                         screen_names[screen]);
            any = true;
            add_manual_row(&manual, &rows[action]);
        }
        if (any)
            text_add(&manual, ".El\n");
    }
    return text_take(&manual);
}
