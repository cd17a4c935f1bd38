/*
 * The request desk: what a screen asks for, done behind it by one thread with the process's one
 * writing connection, so that nothing on screen ever waits for the store, a data set or a lock.
 *
 * A request is sent and forgotten; its reply comes later, in order, and a byte on `wake_fd` says
 * so.
 */
#ifndef JOB_REQUEST_H
#define JOB_REQUEST_H

#include "job/config.h"
#include "job/job.h"

enum request_kind {
    REQUEST_TRAIN,      /* queue the run of `config` and see that a worker runs */
    REQUEST_PRUNE,      /* prune `run` at `epoch` by `amount`, and measure it */
    REQUEST_RETRAIN,    /* as REQUEST_PRUNE, then queue its retraining with the parent's settings */
    REQUEST_PAUSE,      /* `run` */
    REQUEST_CANCEL,     /* `run` */
    REQUEST_RESUME,     /* `run`: back into the queue, and see that a worker runs */
    REQUEST_MOVE,       /* `run`: `by` places later in the queue, or sooner */
    REQUEST_WORK,       /* see that a worker runs */
    REQUEST_NOTE,       /* `text` becomes the note of `run` */
    REQUEST_NAME,       /* `text` becomes the name of `run` */
    REQUEST_TAGS,       /* `text` ("night, best") becomes the tags of `run` */
    REQUEST_EXPORT,     /* the network of `run` at `epoch`, cut by `amount`, to the file `text`,
                         * whose suffix says the format */
    REQUEST_EVALUATION, /* stores `evaluation` (from the probe) */
    REQUEST_BURY,       /* runs whose process has died become "interrupted" */
};

struct request {
    enum request_kind kind;
    int64_t run;
    int epoch;              /* 0: the last */
    struct amount amount;   /* of prune, retrain, export */
    char *layers;           /* what amount.layers stands on, or NULL; the desk frees it */
    struct config *config;  /* of train; the desk frees it */
    int64_t retrain_epochs; /* of retrain; 0: the parent's */
    bool scratch;           /* of retrain */
    int by;                 /* of move */
    char *text;             /* the desk frees it */
    struct evaluation_row evaluation;
};

struct reply {
    enum request_kind kind;
    int code;        /* 0, or an error's */
    int64_t run;     /* the run that was made or changed */
    int64_t pruning; /* the pruning that was made */
    char text[400];  /* one line for the user: what was done, or why not; may be "" */
};

struct desk;

/* Opens the store for writing and starts the thread; a byte is written to `wake_fd` (−1: none) with
 * each reply. An error (a store that cannot be written) leaves *desk NULL: the screen greys out
 * what needs it. */
int desk_open(const char *store_path, int wake_fd, struct desk **desk, struct error *err);

/* Hands a request over; it is copied, `config`, `layers` and `text` now belong to the desk. */
void desk_send(struct desk *desk, const struct request *request);

/* The next reply, if there is one. */
bool desk_reply(struct desk *desk, struct reply *reply);

int desk_waiting(struct desk *desk); /* requests that are not answered yet */

/* Finishes the request that is being done, drops the rest and ends the thread. NULL is fine. */
void desk_close(struct desk *desk);

#endif
