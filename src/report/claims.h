/*
 * The paper's claims (claims.def) on a study: for each network, penalty and share of channels the
 * measured means, their difference and its 95 % interval over seeds, and what follows.
 *
 * Method. Between penalties the interval is Welch's, of independent seeds; against the accuracy
 * before it is Student's, of the differences within runs. "More" holds when the interval lies above
 * 0 and does not when it lies below; "alike" holds when the interval lies within the margin and
 * does not when it lies outside; else the study cannot tell: undecided. One seed decides nothing.
 */
#ifndef REPORT_CLAIMS_H
#define REPORT_CLAIMS_H

#include "base/json.h"
#include "report/results.h"

/* As Markdown; the caller frees. The same results give the same text. */
char *claims_print(const struct results *results);

struct jvalue *claims_to_json(const struct results *results);

#endif
