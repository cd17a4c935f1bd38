/* The lines of the Runs screen, and what it says of the one under the cursor. */
#ifndef UI_RUNS_DRAW_H
#define UI_RUNS_DRAW_H

#include "ui/grid.h"
#include "ui/runs_model.h"

/* One cell of a line. */
void runs_draw_cell(const struct runs_model *model, int line, int column, char *text, size_t size,
                    enum style *style);

/* What is known of a line: of a run with its epochs, of a series its means. */
void runs_draw_detail(const struct runs_model *model, int line, const struct epoch_row *epoch,
                      int epochs, struct grid *grid, struct rect in);

/* Where tags and note stand in that, for typing there. */
struct rect runs_tags_place(struct rect in);
struct rect runs_note_place(struct rect in);

#endif
