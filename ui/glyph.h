/* The signs that screens are drawn with (glyph.def), and text for terminals that know only ASCII.
 */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include <stdint.h>

enum glyph_set {
    GLYPHS_UTF8,
    GLYPHS_BLOCK, /* UTF-8, without braille and symbols */
    GLYPHS_ASCII,
    GLYPH_SETS,
};

enum glyph {
#define GLYPH(name, utf8, block, ascii) GLYPH_##name,
#include "ui/glyph.def"
#undef GLYPH
    GLYPHS,
};

/* The code point of a sign. */
uint32_t glyph_rune(enum glyph_set set, enum glyph glyph);

/* How ASCII writes a code point that our own texts use ("≤" is "<="); NULL: it has no way. */
const char *glyph_spell(uint32_t rune);

#endif
