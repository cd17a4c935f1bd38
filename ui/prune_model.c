#include "ui/prune_model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/run_preview.h"

static const struct limits usual = {.floor = 1, .round = 1};

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

static int read_gamma(struct prune_model *model, struct store *store, struct error *err)
{
    int epoch = model->epoch[model->at].epoch;
    int code = run_preview_open(store, &model->run, epoch, usual, &model->preview, err);

    if (code)
        return code;
    model->gates = preview_gates(model->preview);
    model->channels = preview_channels(model->preview);
    model->kept = NEW(int, model->gates);
    model->held = NEW(int, model->gates);
    model->tick = NEW(int, model->gates);
    model->tick_gate = NEW(int, model->gates);
    model->most = prune_model_count_of(model, 999);
    sort_ticks(model);
    return histogram_get(store, model->run.id, epoch, -1, model->histogram, err);
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
    *model = (struct prune_model){0};
    if (read_run(model, store, run, &model->trouble))
        close_preview(model);
    prune_model_move(model, 0);
}

void prune_model_done(struct prune_model *model)
{
    close_preview(model);
    run_row_done(&model->run);
    free(model->epoch);
    prune_known_done(&model->known);
    *model = (struct prune_model){0};
}

void prune_model_refresh(struct prune_model *model, struct store *store)
{
    struct error err = {0};
    struct run_row run = {0};

    model->version = store_version(store);
    if (model->run.id == 0 || run_get(store, model->run.id, &run, &err))
        return;
    bool grown = run.epoch != model->run.epoch;
    if (grown || !model->preview) {
        int64_t id = run.id;
        int count = model->count;
        int at = model->at;
        bool last = at == model->epochs - 1;
        bool fold = model->fold;
        run_row_done(&run);
        prune_model_done(model);
        prune_model_open(model, store, id);
        model->fold = fold;
        prune_model_move(model, count);
        if (!last)
            prune_model_epoch(model, store, at); /* where the user had gone */
        return;
    }
    run_row_done(&model->run);
    model->run = run;
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

static bool parse_amount(const char *text, struct amount *amount)
{
    static const struct {
        const char *word;
        enum amount_kind kind;
    } words[] = {
        {"channels", AMOUNT_CHANNELS}, {"parameters", AMOUNT_PARAMETERS}, {"macs", AMOUNT_MACS}};

    *amount = (struct amount){.kind = AMOUNT_CHANNELS, .floor = usual.floor, .round = usual.round};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(text, words[i].word, length) == 0 && text[length] == ' ') {
            amount->kind = words[i].kind;
            text += length;
        }
    }
    text += strspn(text, " ");
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '%')
        return decimal_parse(text, length - 1, &amount->percent);
    bool plain = amount->kind == AMOUNT_CHANNELS;
    amount->kind = AMOUNT_THRESHOLD;
    return plain && text_parse_double(text, &amount->threshold);
}

int prune_model_type(struct prune_model *model, const char *text, struct error *err)
{
    struct amount amount;
    int count;

    if (!model->preview)
        return 0;
    if (!parse_amount(text, &amount))
        return error_set(
            err, ERROR_USAGE,
            "\"%s\": an amount is 70%%, a threshold as 0.01, parameters 50%%, macs 50%%", text);
    int code = preview_find(model->preview, &amount, &count, err);
    if (!code)
        prune_model_move(model, count);
    return code;
}

/* --- accuracies ------------------------------------------------------------------------------ */

void prune_model_probe(struct prune_model *model, const struct probe_result *result)
{
    if (model->preview && result->place.run == model->run.id &&
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

double prune_model_percent(const struct prune_model *model, int kept)
{
    return 100.0 * (model->channels - kept) / model->channels;
}

struct prune_accuracy prune_model_accuracy(const struct prune_model *model, bool fold)
{
    return prune_known_at(&model->known, fold, model->state.kept);
}
