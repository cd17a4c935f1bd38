#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "job/checkpoint.h"
#include "job/job.h"
#include "prune/fold.h"
#include "prune/surgery.h"

/* The network that a stored description names, with zero weights. */
static int network_from(const char *text, struct net **net, struct error *err)
{
    struct net_spec spec;
    int code = spec_parse(text, &spec, err);
    if (code)
        return code;
    code = net_new(&spec, net, err);
    spec_done(&spec);
    return code;
}

/* It is run by the engine that it was trained with. */
static int use_engine_of(const struct run_row *row, struct net *net, struct error *err)
{
    struct config config = {0};
    int code = job_run_config(row, &config, err);
    if (!code)
        net_use_engine(net, config_engine(&config));
    config_done(&config);
    return code;
}

static int missing(const struct run_row *run, int epoch, const struct checkpoint_row *rows,
                   int count, struct error *err)
{
    struct text have = {0};
    for (int i = 0; i < count; i++)
        if (rows[i].batch == 0)
            text_add(&have, "%s%d", have.length ? ", " : "", rows[i].epoch);
    error_set(err, ERROR_DATA, "run %lld: no weights of epoch %d were kept", (long long)run->id,
              epoch);
    if (have.length)
        error_hint(err, "weights are there of epoch %s", text_get(&have));
    text_done(&have);
    return ERROR_DATA;
}

int job_find_weights(struct store *store, const struct run_row *row, int epoch,
                     struct checkpoint_row *found, struct error *err)
{
    struct checkpoint_row *rows;
    int count, at = -1;
    int code = checkpoint_list(store, row->id, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        if (rows[i].epoch == epoch && rows[i].batch == 0)
            at = i;
    if (at < 0) {
        code = missing(row, epoch, rows, count, err);
    } else {
        *found = rows[at];
        found->file = memory_copy_text(rows[at].file);
    }
    checkpoint_rows_free(rows, count);
    return code;
}

int job_load_run(struct store *store, const struct run_row *row, int epoch, struct net **net,
                 int *found_epoch, struct error *err)
{
    struct checkpoint_row weights = {0};
    *net = NULL;
    if (epoch == 0)
        epoch = row->epoch;
    if (epoch > row->epochs)
        return error_set(err, ERROR_DATA, "run %lld: has no epoch %d, only %d", (long long)row->id,
                         epoch, row->epochs);
    int code = job_find_weights(store, row, epoch, &weights, err);
    if (!code)
        code = network_from(row->network, net, err);
    if (!code)
        code = checkpoint_load_weights(store, &weights, *net, err);
    if (!code)
        code = use_engine_of(row, *net, err);
    if (code) {
        net_free(*net);
        *net = NULL;
    }
    if (found_epoch)
        *found_epoch = epoch;
    checkpoint_row_done(&weights);
    return code;
}

/* Whether a stored layer is one of that gate: a mask as long, with as many ones as are kept, unless
 * its whole branch is gone. */
static bool fits(const struct pruning_layer_row *layer, const struct gate_spec *gate)
{
    int ones = 0;
    for (int c = 0; c < layer->channels; c++)
        ones += layer->mask[c] != 0;
    return layer->channels == gate->channels && (layer->kept == 0 || layer->kept == ones);
}

/* The stored keep-mask of a network of that spec; `mask` borrows the row's bytes. */
static int stored_mask(const struct pruning_row *row, const struct net_spec *spec,
                       struct keep_mask *mask, struct error *err)
{
    bool good = row->layers == spec->gates;
    for (int g = 0; good && g < row->layers; g++)
        good = fits(&row->layer[g], &spec->gate[g]);
    if (!good)
        return error_set(err, ERROR_DATA,
                         "pruning p%lld: its masks do not fit the network of run %lld",
                         (long long)row->id, (long long)row->run);
    *mask = (struct keep_mask){.gates = row->layers,
                               .channels = (int)row->channels,
                               .kept = (int)row->channels_kept,
                               .threshold = row->threshold};
    mask->gate = NEW(struct keep_gate, row->layers);
    for (int g = 0; g < row->layers; g++)
        mask->gate[g] =
            (struct keep_gate){row->layer[g].mask, row->layer[g].kept, row->layer[g].held};
    return 0;
}

int job_load_pruning(struct store *store, const struct pruning_row *row, struct net **net,
                     struct error *err)
{
    struct run_row run = {0};
    struct net *full = NULL;
    struct keep_mask mask = {0};
    *net = NULL;
    int code = run_get(store, row->run, &run, err);
    if (!code)
        code = job_load_run(store, &run, row->epoch, &full, NULL, err);
    if (!code)
        code = stored_mask(row, &full->spec, &mask, err);
    if (!code)
        code = (row->fold_beta ? fold_slim : surgery_slim)(full, &mask, net, err);
    free(mask.gate);
    net_free(full);
    run_row_done(&run);
    return code;
}
