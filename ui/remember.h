/*
 * What the screens remember from one time to the next: small JSON objects, each a file in
 * $XDG_STATE_HOME/slimscope (else ~/.local/state/slimscope). REMEMBER_SCREENS has order, filter and
 * settings, REMEMBER_MARKS the marks on the Prune screen.
 */
#ifndef UI_REMEMBER_H
#define UI_REMEMBER_H

#include "base/json.h"

#define REMEMBER_SCREENS "screens.json"
#define REMEMBER_MARKS   "marks.json"

/* Reads it: an empty object when there is nothing. ERROR_DATA, and an empty object too, when what
 * is there is none of ours. The caller frees *settings. */
int remember_read(const char *file, struct jvalue **settings, struct error *err);

int remember_write(const char *file, const struct jvalue *settings, struct error *err);

/* Members of an object, whatever it holds: the fallback where it has no such, or one of another
 * kind or out of range. */
bool remembered_bool(const struct jvalue *settings, const char *key, bool fallback);
int remembered_int(const struct jvalue *settings, const char *key, int least, int most,
                   int fallback);
const char *remembered_text(const struct jvalue *settings, const char *key); /* else "" */

#endif
