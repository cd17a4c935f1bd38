/* Files for a test: a folder of its own in the build folder, and ways to fill it. Every function
 * fails the test when the system refuses. Names are relative to the folder. */
#ifndef UNIT_SCRATCH_H
#define UNIT_SCRATCH_H

#include <stddef.h>

void scratch_open(void);  /* a fresh, empty folder (a Check fixture) */
void scratch_close(void); /* removes it */

/* The whole path of `name`, valid until the eighth call after it; "" is the folder itself. */
const char *scratch_path(const char *name);

void scratch_folder(const char *name);
void scratch_file(const char *name, const void *bytes, size_t length);
void scratch_gzip(const char *name, const void *bytes, size_t length);
void scratch_remove(const char *name);

/* The bytes of a file; the caller frees. */
unsigned char *scratch_read(const char *name, size_t *length);

#endif
