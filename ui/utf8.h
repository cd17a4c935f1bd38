/* UTF-8 and column widths, the same whatever the process's locale is. */
#ifndef UI_UTF8_H
#define UI_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_BAD = 0xFFFD };

/* The code point at *at, which moves past it; 0 at the end of the text. A malformed sequence
 * (truncated, overlong, surrogate, above U+10FFFF) is one UTF8_BAD. */
uint32_t utf8_next(const char **at);

/* Columns that a terminal gives a code point: 0 (combining), 1 or 2; −1 for what must not reach a
 * terminal: controls, and format characters that reorder or hide text. */
int utf8_width(uint32_t rune);

/* Writes `rune` and a zero byte into `bytes`; returns its length. */
size_t utf8_encode(uint32_t rune, char bytes[5]);

#endif
