/*
 * The probe: the accuracy under the slider, measured while the user looks.
 *
 * One thread (nice 5) holds the full network and the images of one run at one epoch. It is told
 * what the slider stands at; it cuts the network there and measures it, the first 256 images at
 * once, then more; a new place drops what it was doing. When nobody waits it fills the curve: the
 * ends first, then where it bends most. What it measured goes to the caller, who stores it through
 * the request desk, keyed by the pruning's hash and the number of images; what is stored so is not
 * measured again.
 */
#ifndef JOB_PROBE_H
#define JOB_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "db/record.h"

/* A place: how many channels of the global rank go (preview.h), under which limits. */
struct probe_place {
    int64_t run;
    int epoch; /* 0: the last */
    int count;
    int floor, round;
    const char *layers; /* floors of single gates (amount.h), or NULL; in results always NULL */
    int64_t limits;     /* the caller's own number of these limits: results carry it */
    bool fold_beta;     /* measure the folded network */
};

/* The sensitivity of single layers is measured where a layer alone loses these percentages of its
 * channels, on the first so many images. */
enum { PROBE_SHARES = 5, PROBE_LAYER_IMAGES = 1024 };
extern const int probe_share[PROBE_SHARES];

struct probe_result {
    struct probe_place place;
    int layer, share; /* of a single layer's sensitivity: the gate, and an index into probe_share;
                         layer −1: of the place */
    int code; /* 0; or why nothing can be measured here (no weights, no data …), with `text` */
    char text[400];
    char hash[HASH_TEXT]; /* the pruning's */
    char split[8];        /* "val", or "test" where the run held nothing out */
    int images, correct;  /* so far */
    int images_all;
    double loss;
    double seconds_per_image; /* of the small network, alone on this machine as it is now; NaN until
                                 a batch was measured */
    int channels_kept;
    bool idle;  /* measured for the curve, nobody had asked for just this */
    bool known; /* the store had it: only the time was measured */
};

struct probe;

/* Starts the thread; it reads the store on a connection of its own. A byte goes to `wake_fd` (−1:
 * none) with each result. */
int probe_open(const char *store_path, int wake_fd, struct probe **probe, struct error *err);
/* Waits for the batch that is being measured; but not for a data set that is being read, nor when a
 * signal ends the process (stop.h): then the thread ends behind. NULL is fine. */
void probe_close(struct probe *probe);

/* Where the slider stands now. */
void probe_ask(struct probe *probe, const struct probe_place *place);

/* Lets it fill the curve of the run that was asked for last while nothing else is asked (or not).
 */
void probe_set_idle(struct probe *probe, bool fill);

/* Measures how sensitive each layer of what was asked for last is, behind the slider; or leaves
 * off. A place that is asked for meanwhile goes first. */
void probe_measure_layers(struct probe *probe, bool measure);

/* The next result, if there is one. */
bool probe_result(struct probe *probe, struct probe_result *result);

/* 95 % interval of an accuracy of `correct` of `images` (Wilson, JASA 22, 1927): half its width. */
double probe_half_width(int correct, int images);

#endif
