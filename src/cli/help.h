/* What --help prints. The man page says the same at greater length (a test compares them). */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

void help_overview(FILE *to);                               /* `slimscope help` */
void help_command(FILE *to, const struct command *command); /* `slimscope help train` */

#endif
