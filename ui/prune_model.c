#include "ui/prune_model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/run_preview.h"

/* --- the network and its ticks --------------------------------------------------------------- */

static void close_preview(struct prune_model *model)
{
    preview_free(model->preview);
    free(model->kept);
    free(model->held);
    free(model->tick);
    free(model->tick_gate);
    model->preview = NULL;
    model->kept = model->held = model->tick = model->tick_gate = NULL;
}

static void sort_ticks(struct prune_model *model)
{
    for (int g = 0; g < model->gates; g++) {
        int tick = preview_tick(model->preview, g), at = g;
        for (; at > 0 && model->tick[at - 1] > tick; at--) {
            model->tick[at] = model->tick[at - 1];
            model->tick_gate[at] = model->tick_gate[at - 1];
        }
        model->tick[at] = tick;
        model->tick_gate[at] = g;
    }
}

int prune_model_floor(const struct prune_model *model, int gate)
{
    int all = preview_gate_channels(model->preview, gate);
    int floor = model->own[gate] == PRUNE_NO_FLOOR ? model->floor : model->own[gate];

    return floor < all ? floor : all;
}

/* The preview under the present rules. */
static int set_limits(struct prune_model *model, struct error *err)
{
    int *least = NEW(int, model->gates);
    bool any = false;

    for (int g = 0; g < model->gates; g++) {
        least[g] = prune_model_floor(model, g);
        any |= model->own[g] != PRUNE_NO_FLOOR;
    }
    int code = preview_set_limits(
        model->preview, (struct limits){model->floor, model->round, any ? least : NULL}, err);
    free(least);
    if (!code)
        sort_ticks(model);
    return code;
}

static int read_gamma(struct prune_model *model, struct store *store, struct error *err)
{
    int epoch = model->epoch[model->at].epoch;
    int code = run_preview_open(store, &model->run, epoch, (struct limits){1, 1, NULL},
                                &model->preview, err);

    if (code)
        return code;
    model->gates = preview_gates(model->preview);
    model->channels = preview_channels(model->preview);
    model->kept = NEW(int, model->gates);
    model->held = NEW(int, model->gates);
    model->tick = NEW(int, model->gates);
    model->tick_gate = NEW(int, model->gates);
    model->most = prune_model_count_of(model, 999);
    if (!model->own) {
        model->own = NEW(int, model->gates);
        for (int g = 0; g < model->gates; g++)
            model->own[g] = PRUNE_NO_FLOOR;
    }
    code = set_limits(model, err);
    return code ? code : histogram_get(store, model->run.id, epoch, -1, model->histogram, err);
}

static int read_accuracies(struct prune_model *model, struct store *store, struct error *err)
{
    return prune_known_read(&model->known, store, &model->run, model->epoch[model->at].epoch,
                            prune_model_before(model), model->preview, err);
}

/* --- opening and moving ---------------------------------------------------------------------- */

static int read_epoch(struct prune_model *model, struct store *store, struct error *err)
{
    close_preview(model);
    prune_known_done(&model->known);
    int code = read_gamma(model, store, err);
    return code ? code : read_accuracies(model, store, err);
}

static int read_run(struct prune_model *model, struct store *store, int64_t run, struct error *err)
{
    model->version = store_version(store);
    if (run == 0)
        return error_set(err, ERROR_DATA,
                         "no run with epochs yet: start one, or choose one in Runs");
    int code = run_get(store, run, &model->run, err);
    if (!code)
        code = epoch_list(store, run, &model->epoch, &model->epochs, err);
    if (!code && model->epochs == 0)
        code =
            error_set(err, ERROR_DATA, "run %" PRId64 " has no epoch yet: nothing to prune", run);
    if (code)
        return code;
    model->at = model->epochs - 1;
    bool held_out = !isnan(model->epoch[model->at].val_accuracy);
    strcpy(model->known.split, held_out ? "val" : "test");
    return read_epoch(model, store, err);
}

void prune_model_open(struct prune_model *model, struct store *store, int64_t run)
{
    *model = (struct prune_model){.floor = 1, .round = 1};
    if (read_run(model, store, run, &model->trouble))
        close_preview(model);
    prune_model_move(model, 0);
}

void prune_model_done(struct prune_model *model)
{
    close_preview(model);
    run_row_done(&model->run);
    free(model->epoch);
    free(model->own);
    prune_known_done(&model->known);
    *model = (struct prune_model){0};
}

/* Reads a run that has grown, and goes back to where the user was; at its last epoch he stays at
 * the last. */
static void reopen(struct prune_model *model, struct store *store)
{
    int64_t run = model->run.id, limits = model->limits;
    bool empty = !model->preview, last = model->at == model->epochs - 1;
    struct prune_place place = empty ? (struct prune_place){0} : prune_model_place(model);

    prune_model_done(model);
    prune_model_open(model, store, run);
    if (!empty && model->preview) {
        place.epoch = last ? model->epoch[model->at].epoch : place.epoch;
        prune_model_go(model, store, &place);
    }
    model->limits = limits + 1;
    free(place.own);
}

void prune_model_refresh(struct prune_model *model, struct store *store)
{
    struct error err = {0};
    struct run_row run = {0};

    model->version = store_version(store);
    if (model->run.id == 0 || run_get(store, model->run.id, &run, &err))
        return;
    if (run.epoch != model->run.epoch || !model->preview) {
        run_row_done(&run);
        reopen(model, store);
        return;
    }
    run_row_done(&model->run);
    model->run = run;
    model->stale = false;
    read_accuracies(model, store, &err);
}

void prune_model_epoch(struct prune_model *model, struct store *store, int at)
{
    if (!model->preview || at < 0 || at >= model->epochs)
        return;
    model->at = at;
    if (read_epoch(model, store, &model->trouble))
        close_preview(model);
    prune_model_move(model, model->count);
}

void prune_model_move(struct prune_model *model, int count)
{
    if (!model->preview)
        return;
    model->count = count < 0 ? 0 : count > model->most ? model->most : count;
    preview_at(model->preview, model->count, model->kept, model->held, &model->state);
}

int prune_model_count_of(const struct prune_model *model, int tenths)
{
    struct decimal percent = {.digits = tenths, .scale = 1};

    return (int)decimal_percent_floor(percent, model->channels);
}

/* --- rules of the mask ----------------------------------------------------------------------- */

static bool same_rules(const struct prune_model *model, const struct prune_place *place)
{
    return model->floor == place->floor && model->round == place->round &&
           memcmp(model->own, place->own, (size_t)model->gates * sizeof *model->own) == 0;
}

/* The rules have changed: what was known is of other masks. */
static void rules_changed(struct prune_model *model)
{
    set_limits(model, NULL);
    model->limits++;
    model->stale = true;
    prune_known_forget(&model->known, model->channels);
    prune_model_move(model, model->count);
}

void prune_model_set_floor(struct prune_model *model, int gate, int floor)
{
    if (!model->preview || gate < 0 || gate >= model->gates)
        return;
    if (floor >= preview_gate_channels(model->preview, gate))
        floor = PRUNE_LOCKED;
    if (floor == model->floor || floor < 0)
        floor = PRUNE_NO_FLOOR;
    if (model->own[gate] == floor)
        return;
    model->own[gate] = floor;
    rules_changed(model);
}

static char *print_layers(const struct prune_model *model)
{
    struct text text = {0};

    for (int g = 0; g < model->gates; g++) {
        if (model->own[g] == PRUNE_NO_FLOOR)
            continue;
        text_add(&text, "%s%s=", text.length ? "," : "", preview_gate_name(model->preview, g));
        if (model->own[g] == PRUNE_LOCKED)
            text_add(&text, "all");
        else
            text_add(&text, "%d", model->own[g]);
    }
    return text.length ? text_take(&text) : NULL;
}

struct amount prune_model_amount(const struct prune_model *model, char **layers)
{
    *layers = print_layers(model);
    return (struct amount){
        .kind = AMOUNT_CHANNELS,
        .percent = preview_percent(model->preview, model->count),
        .floor = model->floor,
        .round = model->round,
        .layers = *layers,
        .fold_beta = model->fold,
    };
}

/* Takes over the rules that an amount names, and finds its count under them. */
static int apply(struct prune_model *model, const struct amount *amount, bool given, int *count,
                 struct error *err)
{
    int *least = NEW(int, model->gates);
    struct limits limits;
    int code = preview_limits(model->preview, amount, least, &limits, err);

    if (!code)
        code = preview_set_limits(model->preview, limits, err);
    *count = model->count;
    if (!code && given)
        code = preview_find(model->preview, amount, count, err);
    if (!code && given && amount->kind == AMOUNT_THRESHOLD && amount->threshold >= 1 &&
        *count == model->channels)
        code =
            error_set(err, ERROR_USAGE, "%g: every |γ| is smaller; %g%% is a share of the channels",
                      amount->threshold, amount->threshold);
    if (!code) {
        model->floor = amount->floor;
        model->round = amount->round;
        model->fold = amount->fold_beta;
    }
    for (int g = 0; g < model->gates && !code; g++)
        model->own[g] = !limits.least || least[g] == amount->floor             ? PRUNE_NO_FLOOR
                        : least[g] >= preview_gate_channels(model->preview, g) ? PRUNE_LOCKED
                                                                               : least[g];
    free(least);
    return code;
}

/* Goes where `text` says; what it leaves out is as in `amount`. */
static int read_and_apply(struct prune_model *model, const char *text, struct amount amount,
                          struct error *err)
{
    struct prune_place before = prune_model_place(model);
    char *words;
    bool given;
    int count;
    int code = amount_read(text, &amount, &given, &words, err);

    if (!code && amount.as_published)
        code = error_set(err, ERROR_USAGE, "as-published: is for `slimscope prune`");
    if (!code)
        code = apply(model, &amount, given, &count, err);
    if (code)
        set_limits(model, NULL); /* as they were */
    else {
        if (!same_rules(model, &before))
            rules_changed(model);
        prune_model_move(model, count);
    }
    free(before.own);
    free(words);
    return code;
}

int prune_model_type(struct prune_model *model, const char *text, struct error *err)
{
    char *layers;

    if (!model->preview)
        return 0;
    struct amount amount = prune_model_amount(model, &layers);
    int code = read_and_apply(model, text, amount, err);
    free(layers);
    return code;
}

int prune_model_set(struct prune_model *model, const char *text, struct error *err)
{
    return model->preview
               ? read_and_apply(model, text, (struct amount){.floor = 1, .round = 1}, err)
               : 0;
}

/* --- places ---------------------------------------------------------------------------------- */

struct prune_place prune_model_place(const struct prune_model *model)
{
    return (struct prune_place){
        .epoch = model->epoch[model->at].epoch,
        .count = model->count,
        .floor = model->floor,
        .round = model->round,
        .fold = model->fold,
        .own = memory_copy(model->own, (size_t)model->gates * sizeof *model->own),
    };
}

bool prune_model_is_at(const struct prune_model *model, const struct prune_place *place)
{
    return model->epoch[model->at].epoch == place->epoch && model->count == place->count &&
           model->fold == place->fold && same_rules(model, place);
}

void prune_model_go(struct prune_model *model, struct store *store, const struct prune_place *place)
{
    if (!model->preview)
        return;
    int at = model->at;
    for (int i = 0; i < model->epochs; i++)
        at = model->epoch[i].epoch == place->epoch ? i : at;
    bool other = !same_rules(model, place);
    memcpy(model->own, place->own, (size_t)model->gates * sizeof *model->own);
    model->floor = place->floor;
    model->round = place->round;
    model->fold = place->fold;
    model->count = place->count;
    if (at != model->at)
        prune_model_epoch(model, store, at);
    if (other && model->preview)
        rules_changed(model);
    prune_model_move(model, place->count);
}

/* --- accuracies ------------------------------------------------------------------------------ */

void prune_model_probe(struct prune_model *model, const struct probe_result *result)
{
    if (model->preview && result->place.run == model->run.id && result->layer < 0 &&
        result->place.limits == model->limits &&
        result->place.epoch == model->epoch[model->at].epoch)
        prune_known_probe(&model->known, result);
}

double prune_model_before(const struct prune_model *model)
{
    const struct epoch_row *epoch = &model->epoch[model->at];

    if (!isnan(epoch->val_accuracy))
        return epoch->val_accuracy;
    return epoch->epoch == model->run.epoch ? model->run.test_accuracy : (double)NAN;
}

bool prune_model_is_here(const struct prune_model *model, const struct prune_retrained *one)
{
    return one->kept == model->state.kept && one->fold == model->fold && !one->other;
}

/* The better to name: an accuracy that is known, then of just this network, then the nearer. */
static bool is_better(const struct prune_model *model, const struct prune_retrained *one,
                      const struct prune_retrained *other)
{
    if (!other || isnan(one->accuracy) != isnan(other->accuracy))
        return !other || isnan(other->accuracy);
    if (prune_model_is_here(model, one) != prune_model_is_here(model, other))
        return prune_model_is_here(model, one);
    return abs(one->kept - model->state.kept) < abs(other->kept - model->state.kept);
}

const struct prune_retrained *prune_model_retrained(const struct prune_model *model)
{
    const struct prune_retrained *best = NULL;

    for (int i = 0; i < model->known.retrains; i++)
        if (is_better(model, &model->known.retrained[i], best))
            best = &model->known.retrained[i];
    return best;
}

double prune_model_percent(const struct prune_model *model, int kept)
{
    return 100.0 * (model->channels - kept) / model->channels;
}

struct prune_accuracy prune_model_accuracy(const struct prune_model *model, bool fold)
{
    return prune_known_at(&model->known, fold, model->state.kept);
}
