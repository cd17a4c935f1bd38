#include "report/theme.h"

#define RGB(hex)                                                                                   \
    {                                                                                              \
        ((hex) >> 16) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex)&255) / 255.0                     \
    }

static const struct theme light = {
    .paper = RGB(0xffffff), .ink = RGB(0x222222), .faint = RGB(0xe4e4e4)};
static const struct theme dark = {
    .paper = RGB(0x16181c), .ink = RGB(0xe6e6e6), .faint = RGB(0x343840), .dark = true};

const struct theme *theme_of(bool is_dark)
{
    return is_dark ? &dark : &light;
}

struct colour theme_series(const struct theme *theme, int index)
{
    static const struct colour okabe_ito[] = {
        RGB(0x0072b2), RGB(0xd55e00), RGB(0x009e73), RGB(0xcc79a7), RGB(0xe69f00), RGB(0x56b4e9),
    };
    static const struct colour grey = RGB(0x808080);
    int count = sizeof okabe_ito / sizeof *okabe_ito;

    if (index < 0)
        return theme->ink;
    /* Its black is the ink. Its yellow cannot be seen on white, its blue hardly on black. */
    if (index == count)
        return theme->ink;
    if (theme->dark && index == 0)
        return (struct colour)RGB(0xf0e442);
    return index < count ? okabe_ito[index] : grey;
}

struct colour theme_mix(struct colour a, struct colour b, double share)
{
    return (struct colour){share * a.red + (1 - share) * b.red,
                           share * a.green + (1 - share) * b.green,
                           share * a.blue + (1 - share) * b.blue};
}

struct colour theme_cell(const struct theme *theme, double share)
{
    static const struct colour viridis[] = {
        RGB(0x440154), RGB(0x472c7a), RGB(0x3b518b), RGB(0x2c718e), RGB(0x21908d),
        RGB(0x27ad81), RGB(0x5cc863), RGB(0xaadc32), RGB(0xfde725),
    };
    int last = sizeof viridis / sizeof *viridis - 1;
    double at = (theme->dark ? share : 1 - share) * last;
    int below = at <= 0 ? 0 : at >= last ? last - 1 : (int)at;

    return theme_mix(viridis[below + 1], viridis[below], at - below);
}
