/* The last lines of a file that grows. */
#ifndef UI_TAIL_H
#define UI_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAIL_BYTES = 16384 };

struct tail {
    char *path;             /* NULL: none */
    int64_t size, modified; /* of the file when it was read */
    char text[TAIL_BYTES + 1];
    char *start[TAIL_BYTES / 2 + 1]; /* of each line */
    int lines;
};

/* The file need not be there yet; the path is copied. tail_done frees. */
void tail_open(struct tail *tail, const char *path);
void tail_done(struct tail *tail);

/* Reads again when the file has changed; true if so. */
bool tail_refresh(struct tail *tail);

/* How many lines there are, at most `most`; and line `back` from the end (0: the last). */
int tail_lines(const struct tail *tail, int most);
const char *tail_line(const struct tail *tail, int back);

#endif
