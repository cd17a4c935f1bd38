/* The parts of test_db, one file a subject, and what they share. */
#ifndef TESTS_UNIT_DB_TEST_DB_H
#define TESTS_UNIT_DB_TEST_DB_H

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "db/record.h"

TCase *open_case(void);
TCase *record_case(void);
TCase *histogram_case(void);
TCase *queue_case(void);
TCase *query_case(void);
TCase *backup_case(void);
TCase *fault_case(void);

/* A folder of this test's own, empty at its start and gone after it. */
void folder_make(void);
void folder_remove(void);
/* A name in it; good until 32 more were asked for. */
char *in_folder(const char *name);

/* The opened store "runs.db" of the folder, or another one; any error fails the test. */
struct store *must_open(enum store_mode mode);
struct store *must_open_path(const char *path, enum store_mode mode);

#define must(call) must_be_zero((call), &err, #call)
void must_be_zero(int code, const struct error *err, const char *call);
/* That it failed with this code and one line in which `part` stands. */
#define refused(call, code, part) must_refuse((call), &err, code, part)
void must_refuse(int code, const struct error *err, int expected, const char *part);

/* A training run whose hash is 64 times `digit`, with two layers of 3 and 2 channels; its id. */
extern const char *const layer_names[2];
extern const int layer_channels[2];
struct run_row sample_run(char digit);
int64_t insert_run(struct store *store, char digit);
/* One epoch in a transaction of its own; every γ is `gamma`. */
int insert_epoch(struct store *store, int64_t run, int epoch, float gamma, struct error *err);

/* The number that a query gives; −1 for none. On a connection of its own. */
int64_t ask(const char *path, const char *sql);
/* Runs SQL on a connection of its own, of no store's making. */
void run_sql(const char *path, const char *sql);
/* The problems that store_check finds, as one text that the caller frees. */
char *problems_of(struct store *store);

/* Runs `body` in a child process, whose exit status is what it returns. */
pid_t start_child(int (*body)(void *), void *context);
/* Waits for its end: its exit status, or −signal. */
int end_child(pid_t child);
/* Both, as an ordinary user: root may write everywhere. */
int as_nobody(int (*body)(void *), void *context);

/* A file's content, with a zero behind it, that the caller frees. */
char *read_bytes(const char *path, size_t *length);
void write_bytes(const char *path, const void *bytes, size_t length);

#endif
