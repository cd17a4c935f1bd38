/* For a terminal: ASCII alone, columns padded. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/format.h"

static void mark(struct text *cell)
{
    text_add(cell, " *");
}

static const struct column_style style = {
    .plus_minus = " +- ", .missing = "-", .percent = "%", .guessed = "~", .best = mark};

static void write_cell(struct text *out, const char *cell, size_t width, bool label)
{
    int blanks = (int)(width - strlen(cell));
    text_add(out, "  %*s%s%*s", label ? 0 : blanks, "", cell, label ? blanks : 0, "");
}

/* Without the blanks that padding left at its end. */
static void end_line(struct text *out)
{
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->data[--out->length] = '\0';
    text_add(out, "\n");
}

static void write_text(const struct results *results, struct text *out)
{
    char **cell = NEW(char *, COLUMNS *(results->rows + 1));
    size_t width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        width[c] = strlen(columns[c].head);
        for (int i = 0; i < results->rows; i++) {
            char *text = column_print(&results->row[i], (enum column_index)c, &style);
            width[c] = strlen(text) > width[c] ? strlen(text) : width[c];
            cell[i * COLUMNS + c] = text;
        }
    }
    for (int i = -1; i < results->rows; i++) {
        if (i > 0 && row_begins_block(results, i))
            text_add(out, "\n");
        for (int c = 0; c < COLUMNS; c++)
            if (column_shown(results, (enum column_index)c))
                write_cell(out, i < 0 ? columns[c].head : cell[i * COLUMNS + c], width[c],
                           !columns[c].mean);
        end_line(out);
    }
    for (int i = 0; i < COLUMNS * results->rows; i++)
        free(cell[i]);
    free(cell);
    char *note = columns_note(results, &style);
    text_add(out, "%s *: the best of its share.\n", note);
    free(note);
}

const struct report_format format_text = {.name = "text", .write = write_text};
