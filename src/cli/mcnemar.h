/* `report --mcnemar A B`: whether two networks differ on the same images by more than chance. */
#ifndef CLI_MCNEMAR_H
#define CLI_MCNEMAR_H

#include "cli/command.h"
#include "report/results.h"

/* Compares the command's two words, and prints. Where `results` has rows, each stands for all seeds
 * of the row that it belongs to. ERROR_DATA: no verdicts are stored of one, or they are of other
 * images; or no seed has both. */
int mcnemar_run(struct session *session, const struct results *results, struct error *err);

#endif
