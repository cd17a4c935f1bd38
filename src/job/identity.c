#include "job/identity.h"

#include <stdlib.h>

#include "base/text.h"
#include "job/job.h"

/* Whether a field takes part, given the data: what config_acts cannot know. */
static bool takes_part(const struct config *config, enum config_field field,
                       const struct data_set *set, const char *parent, bool scratch)
{
    if (!config_row(field)->identity || !config_acts(config, field))
        return false;
    switch (field) {
    case CONFIG_FIELD_augment: return set->crop || set->flip;
    case CONFIG_FIELD_nesterov: return config->momentum > 0;
    case CONFIG_FIELD_arch:
    case CONFIG_FIELD_width: return !parent; /* the pruning's hash says it all */
    case CONFIG_FIELD_gamma_init: return !parent || scratch;
    default: return true;
    }
}

char *identity_run(const struct config *config, const struct data_set *set, const char *parent,
                   bool scratch)
{
    struct text text = {0};
    text_add(&text, "slimscope run\nnumerics=%d\ndata=%s\nclasses=%d\nchannels=%d\n", JOB_NUMERICS,
             set->checksum, set->classes, set->channels);
    if (parent)
        text_add(&text, "pruning=%s\nfrom=%s\n", parent, scratch ? "scratch" : "weights");
    for (int field = 0; field < CONFIG_FIELDS; field++) {
        if (!takes_part(config, field, set, parent, scratch))
            continue;
        char *value = config_get(config, field);
        text_add(&text, "%s=%s\n", config_row(field)->field, value);
        free(value);
    }
    return text_take(&text);
}

char *identity_import(const struct net *net)
{
    const struct net_spec *spec = &net->spec;
    struct text text = {0};
    char arch[16], weights[HASH_TEXT], tracked[HASH_TEXT];
    net_hash_weights(net, weights);
    hash_bytes(net->tracked, (size_t)net->gates * sizeof *net->tracked, tracked);
    text_add(&text, "slimscope import\narch=%s\nclasses=%d\nchannels=%d\ncounters=%d\n",
             spec_print_arch(spec, arch), spec->classes, spec->channels, (int)spec->counters);
    text_add(&text, "weights=%s\ntracked=%s\n", weights, tracked);
    for (int g = 0; g < spec->gates; g++) {
        const struct gate_spec *gate = &spec->gate[g];
        text_add(&text, "%s=%d ", gate->name, gate->channels);
        for (int c = 0; gate->select && c < gate->channels; c++)
            text_add_bytes(&text, gate->select[c] ? "1" : "0", 1);
        text_add(&text, "\n");
    }
    return text_take(&text);
}

void identity_pruning(const char *run_hash, int epoch, const struct keep_mask *mask,
                      const struct net_spec *spec, bool fold_beta, bool as_published,
                      char hash[HASH_TEXT])
{
    struct text text = {0};
    text_add(&text, "slimscope pruning\nrun=%s\nepoch=%d\nfold_beta=%d\nas_published=%d\n",
             run_hash, epoch, fold_beta, as_published);
    for (int g = 0; g < mask->gates; g++) {
        text_add(&text, "%s=", spec->gate[g].name);
        for (int c = 0; c < spec->gate[g].channels; c++)
            text_add_bytes(&text, mask->gate[g].keep[c] ? "1" : "0", 1);
        text_add(&text, "\n");
    }
    hash_bytes(text_get(&text), text.length, hash);
    text_done(&text);
}
