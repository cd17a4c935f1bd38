/* AMOUNT: how much to prune, as the options --channels, --threshold, --parameters, --macs (exactly
 * one of them), --floor, --round, --fold-beta and --as-published say. */
#ifndef CLI_AMOUNT_H
#define CLI_AMOUNT_H

#include "cli/option.h"
#include "prune/mask.h"

/* The rows of a command's table of options. */
#define AMOUNT_OPTIONS                                                                             \
    {.name = "channels", .placeholder = "P%", .help = "remove this share of all channels"},        \
        {.name = "threshold", .placeholder = "T", .help = "remove channels with |gamma| <= T"},    \
        {.name = "parameters",                                                                     \
         .placeholder = "P%|N",                                                                    \
         .help = "the least pruning that removes this share of the parameters, or leaves no more " \
                 "than N"},                                                                        \
        {.name = "macs",                                                                           \
         .placeholder = "P%|N",                                                                    \
         .help = "the least pruning that removes this share of the MACs, or leaves no more than "  \
                 "N (2M)"},                                                                        \
        {.name = "floor",                                                                          \
         .placeholder = "N,LAYER=N,...",                                                           \
         .help = "a layer keeps at least N (default 1); LAYER=N, LAYER=all: this one"},            \
        {.name = "round",                                                                          \
         .placeholder = "N",                                                                       \
         .help = "round kept channels up to a multiple of N (default 1)"},                         \
        {.name = "fold-beta", .help = "carry the shift of removed channels along"},                \
    {                                                                                              \
        .name = "as-published",                                                                    \
        .help = "choose the threshold as the published scripts do (with --channels)"               \
    }

/* ERROR_USAGE: none or several of the four, no percentage, out of range. */
int amount_parse(const struct arguments *arguments, struct amount *amount, struct error *err);

#endif
