/* A run in full, as `show` prints it. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/command.h"

int show_run(struct session *session, int64_t id, struct error *err);

#endif
