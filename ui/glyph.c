#include "ui/glyph.h"

#include <stddef.h>

static const uint32_t signs[GLYPHS][GLYPH_SETS] = {
#define GLYPH(name, utf8, block, ascii) [GLYPH_##name] = {utf8, block, ascii},
#include "ui/glyph.def"
#undef GLYPH
};

uint32_t glyph_rune(enum glyph_set set, enum glyph glyph)
{
    return signs[glyph][set];
}

static const struct {
    uint32_t rune;
    const char *ascii;
} spellings[] = {
    {U'×', "x"},   {U'·', "-"},     {U'−', "-"},      {U'–', "-"},    {U'±', "+-"},  {U'≤', "<="},
    {U'≥', ">="},  {U'→', "->"},    {U'←', "<-"},     {U'↑', "^"},    {U'↓', "v"},   {U'⇧', "S-"},
    {U'…', "..."}, {U'γ', "gamma"}, {U'λ', "lambda"}, {U'β', "beta"}, {U'ρ', "rho"}, {U'Σ', "sum"},
    {U'ℓ', "l"},   {U'₀', "0"},     {U'₁', "1"},      {U'′', "'"},    {U'²', "^2"},  {U'—', "-"},
    {U'•', "*"},   {U'≈', "~"},     {U'“', "\""},     {U'”', "\""},   {U'’', "'"},   {U'●', "o"},
    {U'━', "="},   {U'╌', "-"},
};

const char *glyph_spell(uint32_t rune)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].rune == rune)
            return spellings[i].ascii;
    return NULL;
}
