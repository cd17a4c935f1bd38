/*
 * What the screens remember from one time to the next: order, filter and settings, a small JSON
 * object in $XDG_STATE_HOME/slimscope (else ~/.local/state/slimscope). Nothing depends on it: where
 * it cannot be written, nothing is remembered, and nothing is said.
 */
#ifndef UI_REMEMBER_H
#define UI_REMEMBER_H

#include "base/json.h"

/* Reads it: an empty object when there is nothing. ERROR_DATA, and an empty object too, when what
 * is there is none of ours. The caller frees *settings. */
int remember_read(struct jvalue **settings, struct error *err);

void remember_write(const struct jvalue *settings);

/* Members of an object, whatever it holds: the fallback where it has no such, or one of another
 * kind or out of range. */
bool remembered_bool(const struct jvalue *settings, const char *key, bool fallback);
int remembered_int(const struct jvalue *settings, const char *key, int least, int most,
                   int fallback);
const char *remembered_text(const struct jvalue *settings, const char *key); /* else "" */

#endif
