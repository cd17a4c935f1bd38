#include "ui/prune_known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/identity.h"

/* Adds a point; of those with the same channels the one of more images stays. */
static void add_point(struct prune_curve *curve, struct prune_point point)
{
    int at = 0;

    while (at < curve->points && curve->point[at].kept < point.kept)
        at++;
    if (at < curve->points && curve->point[at].kept == point.kept) {
        if (point.images >= curve->point[at].images)
            curve->point[at] = point;
        return;
    }
    curve->point = memory_grow(curve->point, (size_t)curve->points + 1, sizeof *curve->point);
    memmove(&curve->point[at + 1], &curve->point[at],
            (size_t)(curve->points - at) * sizeof *curve->point);
    curve->point[at] = point;
    curve->points++;
}

/* --- the store ------------------------------------------------------------------------------- */

int prune_known_count(const struct preview *preview, int kept)
{
    int low = 0, high = preview_channels(preview), *each = NEW(int, preview_gates(preview));
    struct preview_state state;

    while (low < high) {
        int middle = (low + high) / 2;
        preview_at(preview, middle, each, NULL, &state);
        if (state.kept <= kept)
            high = middle;
        else
            low = middle + 1;
    }
    preview_at(preview, low, each, NULL, &state);
    free(each);
    return state.kept == kept ? low : -1;
}

/* Whether a network of `kept` channels is, by its hash, the folded one (1) or not (0) of this
 * preview and its limits; −1: neither. */
static int find_folding(const char *hash, int epoch, int kept, const struct run_row *run,
                        const struct preview *preview)
{
    int count = prune_known_count(preview, kept), found = -1;
    struct keep_mask mask = {0};
    char here[HASH_TEXT];

    if (count < 0 || preview_mask(preview, count, &mask, NULL))
        return -1;
    for (int fold = 0; fold < 2 && found < 0; fold++) {
        identity_pruning(run->hash, epoch, &mask, preview_spec(preview), fold, false, here);
        if (text_equal(hash, here))
            found = fold;
    }
    mask_done(&mask);
    return found;
}

/* How far a retraining is that is at work. */
static void read_progress(struct prune_retrained *one, struct store *store)
{
    struct job_row job = {0};
    bool found;

    one->share = one->eta = (double)NAN;
    if (one->status == RUN_RUNNING && !job_find_run(store, one->run, &found, &job, NULL) && found &&
        job.updated > 0 && job.batches > 0 && job.epoch == one->epoch + 1) {
        one->share = (double)job.batch / job.batches;
        one->eta = job.eta >= 0 ? job.eta : (double)NAN;
    }
    job_row_done(&job);
}

static void add_retrained(struct prune_known *known, struct store *store,
                          const struct run_row *child, const struct pruning_row *pruning,
                          bool other)
{
    bool on_val = text_equal(known->split, "val");
    struct prune_retrained one = {
        .run = child->id,
        .kept = (int)pruning->channels_kept,
        .fold = pruning->fold_beta,
        .other = other,
        .accuracy = child->epoch == 0 ? (double)NAN
                    : on_val          ? child->val_accuracy
                                      : child->test_accuracy,
        .status = child->status,
        .epoch = child->epoch,
        .epochs = child->epochs,
    };

    read_progress(&one, store);
    known->retrained =
        memory_grow(known->retrained, (size_t)known->retrains + 1, sizeof *known->retrained);
    known->retrained[known->retrains++] = one;
}

static int read_prunings(struct prune_known *known, struct store *store, const struct run_row *run,
                         int epoch, const struct preview *preview, struct error *err)
{
    bool on_val = text_equal(known->split, "val");
    struct pruning_row *row = NULL;
    struct run_row *child = NULL;
    int rows = 0, children = 0;
    int code = pruning_list(store, run->id, &row, &rows, err);

    if (!code)
        code = run_list_children(store, run->id, &child, &children, err);
    for (int i = 0; i < rows && !code; i++) {
        double accuracy = on_val ? row[i].val_accuracy : row[i].test_accuracy;
        if (row[i].epoch != epoch)
            continue;
        int kept = (int)row[i].channels_kept;
        int fold = find_folding(row[i].hash, epoch, kept, run, preview);
        if (fold >= 0 && !isnan(accuracy))
            add_point(&known->curve[fold],
                      (struct prune_point){kept, accuracy, 0, PRUNE_ALL_IMAGES});
        for (int c = 0; c < children; c++)
            if (child[c].pruning == row[i].id && !child[c].scratch)
                add_retrained(known, store, &child[c], &row[i], fold < 0);
    }
    pruning_rows_free(row, rows);
    run_rows_free(child, children);
    return code;
}

static int read_evaluations(struct prune_known *known, struct store *store,
                            const struct run_row *run, int epoch, const struct preview *preview,
                            struct error *err)
{
    struct evaluation_row *row = NULL;
    int rows = 0;
    int code = evaluation_list(store, run->id, epoch, &row, &rows, err);

    for (int i = 0; i < rows && !code; i++) {
        if (!text_equal(row[i].split, known->split) || row[i].images <= 0)
            continue;
        int fold = find_folding(row[i].hash, epoch, (int)row[i].channels_kept, run, preview);
        if (fold >= 0)
            add_point(&known->curve[fold],
                      (struct prune_point){(int)row[i].channels_kept,
                                           (double)row[i].correct / row[i].images, row[i].correct,
                                           row[i].images});
    }
    free(row);
    return code;
}

int prune_known_read(struct prune_known *known, struct store *store, const struct run_row *run,
                     int epoch, double whole, const struct preview *preview, struct error *err)
{
    struct prune_point all = {preview_channels(preview), whole, 0, PRUNE_ALL_IMAGES};

    known->retrains = 0;
    for (int fold = 0; fold < 2; fold++) {
        known->curve[fold].points = 0;
        if (!isnan(whole))
            add_point(&known->curve[fold], all);
    }
    int code = read_evaluations(known, store, run, epoch, preview, err);
    return code ? code : read_prunings(known, store, run, epoch, preview, err);
}

void prune_known_forget(struct prune_known *known, int channels)
{
    for (int fold = 0; fold < 2; fold++) {
        struct prune_curve *curve = &known->curve[fold];
        bool whole = curve->points > 0 && curve->point[curve->points - 1].kept == channels;
        if (whole)
            curve->point[0] = curve->point[curve->points - 1];
        curve->points = whole;
        curve->probe = (struct probe_result){0};
    }
    for (int i = 0; i < known->retrains; i++)
        known->retrained[i].other = true; /* until it is read again */
}

void prune_known_done(struct prune_known *known)
{
    for (int fold = 0; fold < 2; fold++) {
        free(known->curve[fold].point);
        known->curve[fold] = (struct prune_curve){0};
    }
    free(known->retrained);
    known->retrained = NULL;
    known->retrains = 0;
}

/* --- what was measured ----------------------------------------------------------------------- */

void prune_known_probe(struct prune_known *known, const struct probe_result *result)
{
    struct prune_curve *curve = &known->curve[result->place.fold_beta];

    if (!result->idle)
        curve->probe = *result;
    if (result->code || result->images == 0 || result->images < result->images_all)
        return;
    add_point(curve,
              (struct prune_point){result->channels_kept, (double)result->correct / result->images,
                                   result->correct, result->images});
}

static struct prune_accuracy interpolate(const struct prune_curve *curve, int kept)
{
    for (int i = 1; i < curve->points; i++) {
        const struct prune_point *low = &curve->point[i - 1], *high = &curve->point[i];
        if (kept > low->kept && kept < high->kept) {
            double share = (double)(kept - low->kept) / (high->kept - low->kept);
            return (struct prune_accuracy){
                .state = PRUNE_INTERPOLATED,
                .accuracy = low->accuracy + share * (high->accuracy - low->accuracy),
                .half_width = (double)NAN,
            };
        }
    }
    return (struct prune_accuracy){.state = PRUNE_UNKNOWN};
}

static struct prune_accuracy from_counts(int correct, int images, int all)
{
    return (struct prune_accuracy){
        .state = images < all ? PRUNE_MEASURING : PRUNE_MEASURED,
        .accuracy = (double)correct / images,
        .half_width = probe_half_width(correct, images),
        .images = images,
        .images_all = all,
    };
}

struct prune_accuracy prune_known_at(const struct prune_known *known, bool fold, int kept)
{
    const struct prune_curve *curve = &known->curve[fold];
    const struct probe_result *probe = &curve->probe;
    bool live = probe->images > 0 && !probe->code && probe->channels_kept == kept;

    for (int i = 0; i < curve->points; i++) {
        const struct prune_point *point = &curve->point[i];
        if (point->kept != kept || (live && probe->images > point->images))
            continue;
        if (point->images != PRUNE_ALL_IMAGES)
            return from_counts(point->correct, point->images, point->images);
        return (struct prune_accuracy){
            .state = PRUNE_MEASURED, .accuracy = point->accuracy, .half_width = (double)NAN};
    }
    if (live)
        return from_counts(probe->correct, probe->images, probe->images_all);
    return interpolate(curve, kept);
}
