/* A table for a paper: booktabs, math for numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/format.h"

static void embolden(struct text *cell)
{
    char *plain = text_take(cell);
    text_add(cell, "\\textbf{%s}", plain);
    free(plain);
}

static const struct column_style style = {.plus_minus = " $\\pm$ ",
                                          .missing = "--",
                                          .percent = "\\%",
                                          .guessed = "$\\approx$ ",
                                          .best = embolden};

static const char *const symbols[PENALTY_KINDS] = {
    [PENALTY_NONE] = "none",      [PENALTY_L1] = "$\\ell_1$", [PENALTY_LP] = "$\\ell_p$",
    [PENALTY_TL1] = "T$\\ell_1$", [PENALTY_MCP] = "MCP",      [PENALTY_SCAD] = "SCAD",
};

/* "a = 1" as math; names of networks and data sets have no letter that LaTeX takes for its own but
 * the underscore. */
static void write_label(struct text *out, const struct result_row *row, enum column_index column,
                        const char *text)
{
    struct penalty penalty;
    seeds_penalty(&row->group->run[0], &penalty);
    if (column == COLUMN_penalty)
        text_add(out, "%s", symbols[penalty.kind]);
    else if (column == COLUMN_shape && *text)
        text_add(out, "$%s$", text);
    else
        for (; *text; text++)
            text_add(out, strchr("_#&", *text) ? "\\%c" : "%c", *text);
}

static void write_heads(const struct results *results, struct text *out)
{
    int shown = 0;
    text_add(out, "\\begin{tabular}{");
    for (int c = 0; c < COLUMNS; c++)
        if (column_shown(results, (enum column_index)c))
            text_add(out, columns[c].mean ? "r" : "l");
    text_add(out, "}\n\\toprule\n");
    for (int c = 0; c < COLUMNS; c++)
        if (column_shown(results, (enum column_index)c))
            text_add(out, "%s%s", shown++ ? " & " : "", columns[c].latex);
    text_add(out, " \\\\\n\\midrule\n");
}

static void write_row(const struct results *results, const struct result_row *row, struct text *out)
{
    int shown = 0;
    for (int c = 0; c < COLUMNS; c++) {
        if (!column_shown(results, (enum column_index)c))
            continue;
        char *cell = column_print(row, (enum column_index)c, &style);
        text_add(out, "%s", shown++ ? " & " : "");
        if (columns[c].mean || c == COLUMN_percent)
            text_add(out, "%s", cell);
        else
            write_label(out, row, (enum column_index)c, cell);
        free(cell);
    }
    text_add(out, " \\\\\n");
}

static void write_latex(const struct results *results, struct text *out)
{
    char *note = columns_note(results, &style);
    text_add(out, "%% needs booktabs\n");
    write_heads(results, out);
    for (int i = 0; i < results->rows; i++) {
        if (i > 0 && row_begins_block(results, i))
            text_add(out, "\\midrule\n");
        write_row(results, &results->row[i], out);
    }
    text_add(out, "\\bottomrule\n\\end{tabular}\n%% %s Bold: the best of its share.\n", note);
    free(note);
}

const struct report_format format_latex = {.name = "latex", .write = write_latex};
