/* Figures and runs as the screens write them. Every function fills `text` and returns it; an
 * unknown number (NaN) is "–". */
#ifndef UI_SAY_H
#define UI_SAY_H

#include <stddef.h>
#include <stdint.h>

#include "db/record.h"
#include "ui/glyph.h"
#include "ui/style.h"

/* "92.4 %" of 0.924. */
char *say_share(double share, char *text, size_t size);

/* "12 112": in groups of three. */
char *say_integer(int64_t number, char *text, size_t size);

/* "920 k", "3.7 MB", "0.19 ms". */
char *say_count(double count, char *text, size_t size);
char *say_bytes(double bytes, char *text, size_t size);
char *say_seconds(double seconds, char *text, size_t size);

/* "0.001", "1e-09", as %.3g. */
char *say_number(double number, char *text, size_t size);

/* "vgg16 ×0.25"; "Tℓ1 a=1 λ=0.001"; "run 7 · vgg16 ×0.25 · fashion · … · epoch 20/20". */
char *say_network(const struct run_row *run, char *text, size_t size);
char *say_penalty(const struct run_row *run, char *text, size_t size);
char *say_run(const struct run_row *run, char *text, size_t size);

/* For columns: what trained it, "lp p=0.5", "retrain", "scratch", "import"; and its name, of a
 * retraining that has none what it retrains, "run 5 p52". */
char *say_training(const struct run_row *run, char *text, size_t size);
char *say_name(const struct run_row *run, char *text, size_t size);

/* An amount as options (amount_text) without "--channels", which goes without saying. */
const char *say_amount(const char *amount);

/* The colour and the marker that stay with a run. */
enum style say_run_style(int64_t run);
enum glyph say_run_marker(int64_t run);

/* The style of a status. */
enum style say_status_style(enum run_status status);

#endif
