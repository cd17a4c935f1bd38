#include "ui/style.h"

enum { DEPTHS = 3 }; /* 8, 16 and 256 colours */

static const struct {
    char letter;
    int mono, coloured;
    int dark[DEPTHS], light[DEPTHS];
} rows[STYLES] = {
#define STYLE(name, letter, mono, coloured, d8, d16, d256, l8, l16, l256)                          \
    [STYLE_##name] = {letter, STYLE_##mono, STYLE_##coloured, {d8, d16, d256}, {l8, l16, l256}},
#include "ui/style.def"
#undef STYLE
};

struct look style_look(enum style style, int colours, bool light)
{
    int depth = colours >= 256 ? 2 : colours >= 16 ? 1 : 0;

    if (colours < 8)
        return (struct look){rows[style].mono, -1};
    return (struct look){rows[style].coloured,
                         light ? rows[style].light[depth] : rows[style].dark[depth]};
}

char style_letter(enum style style)
{
    return rows[style].letter;
}
