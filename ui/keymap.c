#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/glyph.h"
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

/* Columns that a text takes: ASCII spells some signs out. */
static int text_columns(const char *text, enum glyph_set glyphs)
{
    int columns = 0;
    uint32_t rune;

    while ((rune = utf8_next(&text)) != 0) {
        const char *spelled = glyphs == GLYPHS_ASCII && rune > 0x7E ? glyph_spell(rune) : NULL;
        columns += spelled ? (int)strlen(spelled) : utf8_width(rune);
    }
    return columns;
}

/* The foot is made of groups: the keys of neighbours that share a word, then the word. */
struct group {
    enum action action[8];
    int actions;
    char text[96];
};

/* The next group from *at on, which moves on; false at the end. */
static bool next_group(enum screen screen, int *at, struct group *group)
{
    const char *word = NULL;
    char name[16];

    *group = (struct group){0};
    for (; *at < ACTIONS; (*at)++) {
        const char *list = rows[*at].keys;
        if (!screen_has(screen, *at) || !*rows[*at].foot)
            continue;
        if (word && (!text_equal(word, rows[*at].foot) || group->actions == 8))
            break;
        word = rows[*at].foot;
        group->action[group->actions++] = (enum action) * at;
        add(group->text, sizeof group->text, key_print_short(next_key(&list), name, sizeof name));
    }
    if (!word)
        return false;
    add(group->text, sizeof group->text, " ");
    add(group->text, sizeof group->text, word);
    return true;
}

void keymap_foot(enum screen screen, enum glyph_set glyphs, int width, char *text, size_t size)
{
    struct group group;
    int at = 1, used = 0;

    *text = '\0';
    while (next_group(screen, &at, &group)) {
        int columns = text_columns(group.text, glyphs);
        if (used + columns > width)
            return;
        add(text, size, *text ? "  " : "");
        add(text, size, group.text);
        used += columns + 2;
    }
}

/* Of a group: the key under the column, or for its word the last. */
static enum action group_at(const struct group *group, enum glyph_set glyphs, int column)
{
    char name[16];

    for (int i = 0; i < group->actions; i++) {
        const char *list = rows[group->action[i]].keys;
        key_print_short(next_key(&list), name, sizeof name);
        column -= text_columns(name, glyphs);
        if (column < 0)
            return group->action[i];
    }
    return group->action[group->actions - 1];
}

enum action keymap_foot_at(enum screen screen, enum glyph_set glyphs, int width, int column)
{
    struct group group;
    int at = 1, start = 0;

    while (column >= 0 && next_group(screen, &at, &group)) {
        int end = start + text_columns(group.text, glyphs);
        if (end > width)
            break;
        if (column >= start && column < end)
            return group_at(&group, glyphs, column - start);
        start = end + 2;
    }
    return ACTION_NONE;
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
