#include "ui/utf8.h"

#include <locale.h>
#include <stdbool.h>
#include <wchar.h>

/* Continuation bytes after a lead byte, and the smallest code point of that length. */
static int sequence_length(unsigned char lead, uint32_t *least)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    int length = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;

    if (length < 0 || lead > 0xF4)
        return -1;
    *least = smallest[length];
    return length;
}

uint32_t utf8_next(const char **at)
{
    unsigned char lead = (unsigned char)**at;
    uint32_t least, rune;

    if (lead == 0)
        return 0;
    (*at)++;
    int length = sequence_length(lead, &least);
    if (length < 0)
        return UTF8_BAD;
    if (length == 0)
        return lead;
    rune = lead & (0x3FU >> length);
    for (int i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)**at;
        if ((byte & 0xC0) != 0x80)
            return UTF8_BAD;
        rune = rune << 6 | (byte & 0x3F);
        (*at)++;
    }
    bool bad = rune < least || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF);
    return bad ? UTF8_BAD : rune;
}

static bool is_format(uint32_t rune)
{
    return (rune >= 0x200B && rune <= 0x200F) || (rune >= 0x2028 && rune <= 0x202E) ||
           (rune >= 0x2060 && rune <= 0x206F) || rune == 0xFEFF || rune == 0xAD ||
           (rune >= 0xE0000 && rune <= 0xE0FFF);
}

int utf8_width(uint32_t rune)
{
    static locale_t unicode;

    if (rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || is_format(rune))
        return -1;
    if (rune < 0x7F || rune == UTF8_BAD)
        return 1;
    if (!unicode)
        unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!unicode)
        return 1; /* a system without any UTF-8: one column each */
    locale_t before = uselocale(unicode);
    int width = wcwidth((wchar_t)rune);
    uselocale(before);
    return width;
}

size_t utf8_encode(uint32_t rune, char bytes[5])
{
    size_t length = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = length; i-- > 1; rune >>= 6)
        bytes[i] = (char)(0x80 | (rune & 0x3F));
    bytes[0] = (char)(lead[length] | rune);
    bytes[length] = '\0';
    return length;
}
