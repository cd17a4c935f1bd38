#include "ui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/utf8.h"

static const char *const names[] = {
#define KEY(name, text, curses) [K_##name - K_FIRST] = text,
#include "ui/keys.def"
#undef KEY
};

enum { NAMES = sizeof names / sizeof *names };

int key_find(const char *name)
{
    const char *rest = name;
    uint32_t rune = utf8_next(&rest);

    if (rune && !*rest)
        return rune == UTF8_BAD || utf8_width(rune) < 0 ? K_NONE : (int)rune;
    if (text_equal(name, "Space"))
        return ' ';
    if (strlen(name) == 3 && strncmp(name, "C-", 2) == 0 && name[2] >= 'a' && name[2] <= 'z')
        return name[2] - 'a' + 1;
    for (int i = 1; i < NAMES; i++)
        if (text_equal(name, names[i]))
            return K_FIRST + i;
    return K_NONE;
}

char *key_print(int key, char *text, size_t size)
{
    char bytes[5];

    if (key > K_FIRST && key < K_END_OF_KEYS)
        snprintf(text, size, "%s", names[key - K_FIRST]);
    else if (key == ' ')
        snprintf(text, size, "Space");
    else if (key >= 1 && key <= 26)
        snprintf(text, size, "C-%c", key + 'a' - 1);
    else {
        utf8_encode(key > 0 && key < K_FIRST ? (uint32_t)key : UTF8_BAD, bytes);
        snprintf(text, size, "%s", bytes);
    }
    return text;
}

char *key_print_short(int key, char *text, size_t size)
{
    static const struct {
        int key;
        const char *text;
    } arrows[] = {
        {K_UP, "↑"},          {K_DOWN, "↓"},         {K_LEFT, "←"},      {K_RIGHT, "→"},
        {K_SHIFT_LEFT, "⇧←"}, {K_SHIFT_RIGHT, "⇧→"}, {K_SHIFT_UP, "⇧↑"}, {K_SHIFT_DOWN, "⇧↓"},
    };

    for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++)
        if (arrows[i].key == key) {
            snprintf(text, size, "%s", arrows[i].text);
            return text;
        }
    return key_print(key, text, size);
}
