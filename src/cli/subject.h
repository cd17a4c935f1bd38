/* The network that a TARGET names, with its weights: what `eval` measures and `export` writes. */
#ifndef CLI_SUBJECT_H
#define CLI_SUBJECT_H

#include "cli/command.h"
#include "net/net.h"

struct subject {
    struct run_row run; /* whose data it is; of a pruning: the run that was pruned; of a model file
                           all 0 */
    struct config config; /* of the run; of a model file the defaults, no images held out */
    struct net *net;      /* not prepared */
};

/* Loads the command's first word: a run (at --epoch, or its last), a pruning, a model file, for
 * which no store is opened. subject_close also after an error. */
int subject_open(struct session *session, struct subject *subject, struct error *err);
void subject_close(struct subject *subject);

#endif
