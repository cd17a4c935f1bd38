/*
 * Amounts: how much goes, as users write it.
 *
 * Of channels, parameters and MACs a percentage says what goes, "70%"; of parameters and MACs a
 * number says what may be left, "2M". A threshold is a |γ|, "0.01". Beside the quantity stand the
 * rules of the mask: floors, rounding, folding. One syntax serves the command line's options, plans
 * and what is typed on the screen; an amount is stored and shown as options.
 */
#ifndef PRUNE_AMOUNT_H
#define PRUNE_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/error.h"

enum amount_kind { AMOUNT_CHANNELS, AMOUNT_THRESHOLD, AMOUNT_PARAMETERS, AMOUNT_MACS };
enum { AMOUNT_KINDS = AMOUNT_MACS + 1 };

struct amount {
    enum amount_kind kind;
    bool is_budget;         /* parameters, macs: at most `budget` of them are left */
    int64_t budget;         /* then */
    struct decimal percent; /* channels, parameters, macs: this share goes */
    double threshold;       /* |γ| ≤ threshold goes */
    int floor;              /* least channels a gate keeps (1) */
    int round; /* kept channels are rounded up to a multiple of it (1), as far as there are any */
    const char *layers; /* gates with a floor of their own, "feature.4=8,bn=all"; NULL: none. The
                         * text belongs to whoever made the amount. */
    bool as_published;  /* channels only; with a threshold it changes nothing */
    bool fold_beta;     /* carry the β of dropped channels along (fold.h); no matter to the mask */
};

/* "channels", "threshold", "parameters", "macs"; and the kind of such a name, −1: of none. */
const char *amount_kind_name(enum amount_kind kind);
int amount_find_kind(const char *name);

/* Sets kind and quantity from "70%", "0.01", "2M". ERROR_USAGE names `what`: "--channels 70: …". */
int amount_set(struct amount *amount, enum amount_kind kind, const char *what, const char *text,
               struct error *err);

/* Sets `floor` and `layers` from "2", "feature.4=8,bn=all" or "2,feature.4=8": a floor for all
 * gates (1 where it is not said), then those of single gates. `text` must outlive the amount.
 * Whether a network has these gates is mask.h's to say. */
int amount_set_floor(struct amount *amount, const char *what, const char *text, struct error *err);

/* The next of the single gates' floors in *list, which moves on; false at the end. `least` is
 * INT_MAX for "all". */
struct gate_floor {
    const char *name; /* (length) */
    size_t length;
    int least;
};
bool amount_next_floor(const char **list, struct gate_floor *one);

/* The amount as options, "--channels 70% --floor 1,bn=all"; the caller frees. */
char *amount_text(const struct amount *amount);

/* The same into `text`, cut where it does not fit; returns it. AMOUNT_TEXT does where no gate has a
 * floor of its own. */
enum { AMOUNT_TEXT = 128 };
char *amount_print(const struct amount *amount, char *text, size_t size);

/*
 * Reads what a user types: a quantity with its word before or behind it ("50% params", "2M macs",
 * "macs 50%", "70%": channels, "0.01": a threshold), and rules ("floor 2,bn=all", "round 8",
 * "fold"), in any order; or the options that amount_text prints. What is not said stays as it is in
 * `amount`. *given: whether there was a quantity. amount->layers may point into *words, which the
 * caller frees. ERROR_USAGE in one line.
 */
int amount_read(const char *text, struct amount *amount, bool *given, char **words,
                struct error *err);

#endif
