/* A data set that must open, and one that must be refused. */
#ifndef UNIT_READING_H
#define UNIT_READING_H

#include "data/reader.h"

/* The reader must refuse `path` with ERROR_DATA and one line that has both texts in it and names
 * something in the scratch folder. */
void refused(const struct data_reader *reader, const char *path, const char *what, const char *why);

/* The set, which the caller closes. */
struct data_set *opened(const struct data_reader *reader, const char *path);

#endif
