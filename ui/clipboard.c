#include "ui/clipboard.h"

#include <string.h>

#include "base/text.h"

enum { BYTES_MAX = 74994 }; /* as base64 just below 100 000, what xterm takes */

static void add_base64(struct text *out, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned word = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                        (left > 2 ? bytes[i + 2] : 0);
        char four[4] = {digits[word >> 18], digits[word >> 12 & 63],
                        left > 1 ? digits[word >> 6 & 63] : '=',
                        left > 2 ? digits[word & 63] : '='};
        text_add_bytes(out, four, sizeof four);
    }
}

static void add_osc(struct text *out, const char *escape, const char *text)
{
    size_t length = strlen(text);

    text_add(out, "%s]52;c;", escape);
    add_base64(out, (const unsigned char *)text, length < BYTES_MAX ? length : BYTES_MAX);
    text_add(out, "\a");
}

char *clipboard_sequence(const char *text, bool tmux, bool screen)
{
    struct text out = {0};

    if (!screen)
        add_osc(&out, "\033", text);
    if (tmux || screen) {
        text_add(&out, tmux ? "\033Ptmux;" : "\033P");
        add_osc(&out, tmux ? "\033\033" : "\033", text); /* tmux wants its escapes doubled */
        text_add(&out, "\033\\");
    }
    return text_take(&out);
}
