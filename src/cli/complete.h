/* What may stand next on a command line that is being typed, from the tables. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/command.h"

/*
 * Prints what may stand in place of the last of `words` (count ≥ 1), which is its beginning: a line
 * each, "CANDIDATE\tWHAT IT IS"; ":files" where file names may stand as well. Candidates that end
 * in
 * ':' or '=' want to be typed on. Words may be cut at ':' and '=', as bash cuts them. Ids come from
 * the store that the words, or else the environment, name; without one there are none.
 */
void complete_print(struct session *session, const char *const *words, int count);

#endif
