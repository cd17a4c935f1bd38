#include <stdlib.h>

#include "base/memory.h"
#include "report/format.h"

static void embolden(struct text *cell)
{
    char *plain = text_take(cell);
    text_add(cell, "**%s**", plain);
    free(plain);
}

static const struct column_style style = {.plus_minus = " ± ",
                                          .missing = "–",
                                          .percent = "%",
                                          .guessed = "≈ ",
                                          .symbols = true,
                                          .best = embolden};

static void write_heads(const struct results *results, struct text *out)
{
    for (int c = 0; c < COLUMNS; c++)
        if (column_shown(results, (enum column_index)c))
            text_add(out, "| %s ", columns[c].head);
    text_add(out, "|\n");
    for (int c = 0; c < COLUMNS; c++)
        if (column_shown(results, (enum column_index)c))
            text_add(out, columns[c].mean ? "| ---: " : "| :--- ");
    text_add(out, "|\n");
}

static void write_markdown(const struct results *results, struct text *out)
{
    write_heads(results, out);
    for (int i = 0; i < results->rows; i++) {
        for (int c = 0; c < COLUMNS; c++) {
            if (!column_shown(results, (enum column_index)c))
                continue;
            char *cell = column_print(&results->row[i], (enum column_index)c, &style);
            text_add(out, "| %s ", cell);
            free(cell);
        }
        text_add(out, "|\n");
    }
    char *note = columns_note(results, &style);
    text_add(out, "\n%s Bold: the best of its share.\n", note);
    free(note);
}

const struct report_format format_markdown = {.name = "markdown", .write = write_markdown};
