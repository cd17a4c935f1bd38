#include "cli/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/output.h"
#include "job/job.h"

/* --- runs ------------------------------------------------------------------------------------- */

/* The training images that a data set has by its name or SPEC; 0 where only its files say it, as
 * whether SVHN has extra_32x32.mat. */
static int64_t images_known(const struct run_row *row)
{
    const char *argument = row->data_spec ? strchr(row->data_spec, ':') : NULL;
    int64_t images = 0;
    if (text_equal(row->data, "shapes"))
        return argument && text_parse_integer(argument + 1, &images) ? images : 0;
    for (int i = 0; data_known(i); i++)
        if (text_equal(data_known(i)->name, row->data) && !text_equal(row->data, "svhn"))
            images = data_known(i)->train;
    return images;
}

/* The training images of an epoch, by the run's configuration; 0 when it is not known. */
static int64_t images_of(const struct run_row *row, const struct data_set *set)
{
    struct config config;
    int64_t images = set ? set->train.count : images_known(row);
    int code = job_run_config(row, &config, NULL);
    images = code ? 0 : images - config.val;
    if (!code && config.train_limit > 0 && config.train_limit < images)
        images = config.train_limit;
    config_done(&config);
    return images > 0 ? images : 0;
}

/* Images a second over all epochs, NaN when it is not known. */
static double speed_of(const struct run_row *row, const struct data_set *set)
{
    double images = (double)images_of(row, set) * row->epoch;
    return images > 0 && row->seconds > 0 ? images / row->seconds : (double)NAN;
}

static void set_hash(struct jvalue *object, const char *key, const char *hash)
{
    jvalue_set_text(object, key, *hash ? hash : NULL);
}

struct jvalue *describe_run(const struct run_row *row, const struct data_set *set)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "run", row->id);
    jvalue_set_text(object, "hash", row->hash);
    set_hash(object, "weights_sha256", row->weights_sha256);
    jvalue_set_text(object, "status", run_status_name(row->status));
    jvalue_set_integer(object, "epochs", row->epochs);
    jvalue_set_number(object, "train_loss", row->train_loss);
    jvalue_set_number(object, "val_accuracy", row->val_accuracy);
    jvalue_set_number(object, "test_accuracy", row->test_accuracy);
    jvalue_set_integer(object, "parameters", row->parameters);
    jvalue_set_integer(object, "parameters_published", row->parameters_published);
    jvalue_set_integer(object, "macs", row->macs);
    jvalue_set_integer(object, "flops", row->flops);
    jvalue_set_integer(object, "channels", row->channels);
    jvalue_set_number(object, "seconds", row->seconds);
    jvalue_set_number(object, "images_per_second", speed_of(row, set));
    return object;
}

static int set_tags(struct store *store, const struct run_row *row, struct jvalue *object,
                    struct error *err)
{
    char **tags;
    int count;
    int code = run_tags(store, row->id, &tags, &count, err);
    if (code)
        return code;
    struct jvalue *array = jvalue_array();
    for (int i = 0; i < count; i++) {
        jvalue_add_text(array, tags[i]);
        free(tags[i]);
    }
    free(tags);
    jvalue_set(object, "tags", array);
    return 0;
}

/* The pruning it retrains, and the run that was pruned. */
static int set_parent(struct store *store, const struct run_row *row, struct jvalue *object,
                      struct error *err)
{
    struct pruning_row pruning = {0};
    if (!row->pruning) {
        jvalue_set_null(object, "pruning");
        jvalue_set_null(object, "parent");
        return 0;
    }
    int code = pruning_get(store, row->pruning, &pruning, err);
    jvalue_set_integer(object, "pruning", row->pruning);
    jvalue_set_integer(object, "parent", pruning.run);
    jvalue_set_bool(object, "scratch", row->scratch);
    pruning_row_done(&pruning);
    return code;
}

static void set_time(struct jvalue *object, const char *key, int64_t milliseconds)
{
    if (milliseconds)
        jvalue_set_integer(object, key, milliseconds);
    else
        jvalue_set_null(object, key);
}

int describe_run_fully(struct store *store, const struct run_row *row, struct jvalue **json,
                       struct error *err)
{
    struct jvalue *object = describe_run(row, NULL), *config = NULL;
    int code = jvalue_parse(row->config, strlen(row->config), &config, err);
    jvalue_set(object, "config", config);
    jvalue_set_text(object, "kind", run_kind_name(row->kind));
    jvalue_set_text(object, "arch", row->arch);
    jvalue_set_number(object, "width", row->width);
    jvalue_set_text(object, "data", row->data);
    jvalue_set_text(object, "penalty", row->penalty);
    jvalue_set_integer(object, "epoch", row->epoch);
    jvalue_set_number(object, "near_zero", row->near_zero);
    jvalue_set_text(object, "name", row->name);
    jvalue_set_text(object, "note", row->note);
    jvalue_set_text(object, "message", row->message);
    set_time(object, "created", row->created);
    set_time(object, "finished", row->finished);
    if (!code)
        code = set_tags(store, row, object, err);
    if (!code)
        code = set_parent(store, row, object, err);
    if (code) {
        jvalue_free(object);
        object = NULL;
    }
    *json = object;
    return code;
}

char *describe_network(const struct run_row *row, char *text, size_t size)
{
    if (row->width < 1 || row->width > 1)
        snprintf(text, size, "%s x%g", row->arch, row->width);
    else
        snprintf(text, size, "%s", row->arch);
    return text;
}

char *describe_penalty(const struct run_row *row, char *text, size_t size)
{
    int length = snprintf(text, size, "%s", row->penalty);
    if (!isnan(row->a))
        length += snprintf(text + length, size - (size_t)length, " a=%g", row->a);
    if (!isnan(row->p))
        length += snprintf(text + length, size - (size_t)length, " p=%g", row->p);
    if (!isnan(row->lambda))
        snprintf(text + length, size - (size_t)length, " lambda=%g", row->lambda);
    return text;
}

static void print_head(const struct run_row *row)
{
    char network[80], penalty[80];
    char *name = memory_copy_text(row->name ? row->name : "");
    text_clean(name);
    printf("run %lld%s%s: %s on %s, ", (long long)row->id, *name ? " " : "", name,
           describe_network(row, network, sizeof network), *row->data ? row->data : "no data");
    if (row->kind == RUN_IMPORT)
        puts("imported");
    else
        printf("%s, seed %lld\n",
               text_equal(row->penalty, "none") ? "no penalty"
                                                : describe_penalty(row, penalty, sizeof penalty),
               (long long)row->seed);
    free(name);
}

void describe_print_run(const struct run_row *row, const struct data_set *set)
{
    char a[32], b[32];
    print_head(row);
    if (row->kind != RUN_IMPORT)
        output_field("status", "%s, %d of %d epochs%s%s", run_status_name(row->status), row->epoch,
                     row->epochs, row->message ? ": " : "", row->message ? row->message : "");
    if (row->pruning)
        output_field("retrains", "pruning p%lld%s", (long long)row->pruning,
                     row->scratch ? ", from new weights" : "");
    if (row->epoch || *row->data) {
        output_field("validation accuracy", "%s", output_percent(row->val_accuracy, a, sizeof a));
        output_field("test accuracy", "%s", output_percent(row->test_accuracy, a, sizeof a));
    }
    if (row->epoch)
        output_field("training loss", "%s", output_number(row->train_loss, a, sizeof a));
    if (!isnan(row->near_zero))
        output_field("gamma below 0.01", "%s of %lld channels",
                     output_percent(row->near_zero, a, sizeof a), (long long)row->channels);
    output_field("network", "%s parameters, %s MACs",
                 text_print_count((double)row->parameters, a, sizeof a),
                 text_print_count((double)row->macs, b, sizeof b));
    if (row->seconds > 0)
        output_field("time", "%s, %s images/s", clock_print_duration(row->seconds, a, sizeof a),
                     output_number(speed_of(row, set), b, sizeof b));
    if (row->note)
        output_field("note", "%s", row->note);
}

/* --- prunings and checkpoints ----------------------------------------------------------------- */

static struct jvalue *layers_of(const struct pruning_row *row)
{
    struct jvalue *array = jvalue_array();
    for (int i = 0; i < row->layers; i++) {
        struct jvalue *layer = jvalue_object();
        jvalue_set_text(layer, "name", row->layer[i].name);
        jvalue_set_integer(layer, "channels", row->layer[i].channels);
        jvalue_set_integer(layer, "kept", row->layer[i].kept);
        jvalue_set_integer(layer, "floor", row->layer[i].held);
        jvalue_add(array, layer);
    }
    return array;
}

struct jvalue *describe_pruning(const struct pruning_row *row)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "pruning", row->id);
    jvalue_set_integer(object, "run", row->run);
    jvalue_set_integer(object, "epoch", row->epoch);
    jvalue_set_text(object, "hash", row->hash);
    jvalue_set_text(object, "amount", row->amount);
    jvalue_set_bool(object, "fold_beta", row->fold_beta);
    jvalue_set_number(object, "threshold", row->threshold);
    jvalue_set_integer(object, "channels", row->channels);
    jvalue_set_integer(object, "channels_kept", row->channels_kept);
    jvalue_set_integer(object, "parameters_before", row->parameters_before);
    jvalue_set_integer(object, "parameters", row->parameters);
    jvalue_set_integer(object, "parameters_published", row->parameters_published);
    jvalue_set_integer(object, "macs_before", row->macs_before);
    jvalue_set_integer(object, "macs", row->macs);
    jvalue_set_integer(object, "flops_before", row->flops_before);
    jvalue_set_integer(object, "flops", row->flops);
    jvalue_set_integer(object, "bytes_before", row->bytes_before);
    jvalue_set_integer(object, "bytes", row->bytes);
    jvalue_set_number(object, "val_accuracy_before", row->val_accuracy_before);
    jvalue_set_number(object, "val_accuracy", row->val_accuracy);
    jvalue_set_number(object, "test_accuracy_before", row->test_accuracy_before);
    jvalue_set_number(object, "test_accuracy", row->test_accuracy);
    jvalue_set_number(object, "masked_val_accuracy", row->masked_val_accuracy);
    jvalue_set_number(object, "max_logit_difference", row->max_logit_difference);
    if (row->changed_predictions < 0)
        jvalue_set_null(object, "changed_predictions");
    else
        jvalue_set_integer(object, "changed_predictions", row->changed_predictions);
    jvalue_set(object, "layers", layers_of(row));
    return object;
}

struct jvalue *describe_checkpoint(const struct checkpoint_row *row)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_integer(object, "checkpoint", row->id);
    jvalue_set_integer(object, "epoch", row->epoch);
    jvalue_set_integer(object, "batch", row->batch);
    jvalue_set_text(object, "kind", row->state ? "state" : "weights");
    jvalue_set_text(object, "file", row->file);
    jvalue_set_integer(object, "bytes", row->bytes);
    jvalue_set_text(object, "sha256", row->sha256);
    jvalue_set_bool(object, "pinned", row->pinned);
    return object;
}

static void print_layers(const struct pruning_row *row, bool colour)
{
    static const char *const heads[] = {"<layer", ">channels", ">kept", "<", NULL};
    enum { BAR = 24 };
    struct table table;
    table_open(&table, heads);
    for (int i = 0; i < row->layers; i++) {
        const struct pruning_layer_row *layer = &row->layer[i];
        int full =
            layer->channels ? (layer->kept * BAR + layer->channels - 1) / layer->channels : 0;
        char bar[BAR + 1];
        memset(bar, '.', BAR);
        memset(bar, '#', (size_t)full);
        bar[BAR] = '\0';
        table_add(&table, "%s", layer->name);
        table_add(&table, "%d", layer->channels);
        table_add(&table, "%d", layer->kept);
        if (layer->held)
            table_add(&table, "%s %d held by the floor", bar, layer->held);
        else
            table_add(&table, "%s", bar);
    }
    table_print(&table, colour);
    table_close(&table);
}

void describe_print_pruning(const struct pruning_row *row, bool colour)
{
    char a[64], b[32];
    printf("pruning p%lld of run %lld at epoch %d: %s\n", (long long)row->id, (long long)row->run,
           row->epoch, row->amount);
    if (isnan(row->threshold))
        output_field("channels", "%lld, none removed", (long long)row->channels);
    else
        output_field("channels", "%lld -> %lld, removed: |gamma| <= %s", (long long)row->channels,
                     (long long)row->channels_kept, output_number(row->threshold, a, sizeof a));
    output_field(
        "parameters", "%s",
        output_change((double)row->parameters_before, (double)row->parameters, a, sizeof a));
    output_field("MACs", "%s",
                 output_change((double)row->macs_before, (double)row->macs, a, sizeof a));
    output_field("FLOPs", "%s",
                 output_change((double)row->flops_before, (double)row->flops, a, sizeof a));
    output_field("validation accuracy", "%s -> %s",
                 output_percent(row->val_accuracy_before, a, sizeof a),
                 output_percent(row->val_accuracy, b, sizeof b));
    output_field("test accuracy", "%s -> %s",
                 output_percent(row->test_accuracy_before, a, sizeof a),
                 output_percent(row->test_accuracy, b, sizeof b));
    output_field("masked against small", "logits differ by %s, %lld predictions changed",
                 output_number(row->max_logit_difference, a, sizeof a),
                 (long long)row->changed_predictions);
    putchar('\n');
    print_layers(row, colour);
}
