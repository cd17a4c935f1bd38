/* The preview of a stored run: its network and the γ of one of its epochs. */
#ifndef REPORT_RUN_PREVIEW_H
#define REPORT_RUN_PREVIEW_H

#include "db/record.h"
#include "prune/preview.h"

/* preview_free frees. Errors as preview_open's, and of the store. */
int run_preview_open(struct store *store, const struct run_row *run, int epoch,
                     struct limits limits, struct preview **preview, struct error *err);

#endif
