/*
 * The lock of writers: flock on a file of its own beside the store.
 *
 * Not on the store itself: closing any descriptor of that would drop SQLite's own locks. The kernel
 * lets go when its holder dies, so nothing stale is ever left. The file stays where it is.
 */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include "base/error.h"

/* Takes the lock, waiting at most `patience` seconds (0: tries once); *lock is its descriptor, or
 * −1 on an error. ERROR_BUSY when it stays taken. */
int lock_take(const char *path, double patience, int *lock, struct error *err);

/* Lets go; *lock becomes −1. Nothing happens when it is −1 already. */
void lock_release(int *lock);

#endif
