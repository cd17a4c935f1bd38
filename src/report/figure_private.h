/* What the files that fill figures share. */
#ifndef REPORT_FIGURE_PRIVATE_H
#define REPORT_FIGURE_PRIVATE_H

#include "report/figure.h"

/* fill_accuracy …: one a row of figure.def. */
#define FIGURE(name, takes, help)                                                                  \
    int fill_##name(struct figure *figure, struct store *store,                                    \
                    const struct figure_request *request, struct error *err);
#include "report/figure.def"
#undef FIGURE

#endif
