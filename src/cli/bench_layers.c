#include "cli/bench_layers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/output.h"

struct net_times *layers_note(const struct net *net)
{
    struct net_times *times = NEW(struct net_times, 1);
    times->forward = NEW(double, net->ops);
    times->backward = NEW(double, net->ops);
    times->evaluation = NEW(double, net->ops);
    return times;
}

void layers_forget(struct net_times *times)
{
    if (!times)
        return;
    free(times->forward);
    free(times->backward);
    free(times->evaluation);
    free(times);
}

/* One row: a layer, or all of them. */
struct row {
    char name[TENSOR_NAME], shape[64];
    double macs;                          /* an image */
    double forward, backward, evaluation; /* ms a step */
};

/* As its weights are called; a pool, as the gate that it reads through. */
static void name_row(const struct net *net, const struct op *op, struct row *row)
{
    static const char suffix[] = ".weight";
    const char *name = op->weight >= 0 ? net->tensor[op->weight].name
                       : op->gate >= 0 ? net->gate[op->gate].name
                                       : "";
    const char *pool = op->body == OP_MAX_POOL ? "max pool " : "average pool ";
    int length = (int)strlen(name) - (op->weight >= 0 ? (int)strlen(suffix) : 0);
    snprintf(row->name, sizeof row->name, "%s%.*s", op->weight >= 0 ? "" : pool, length, name);
}

static struct row row_of(const struct layers *layers, int index)
{
    const struct net *net = layers->net;
    const struct op *op = &net->op[index];
    const struct map *in = &net->map[op->in], *out = &net->map[op->out];
    const double scale = 1e3 / layers->steps;
    struct row row = {.forward = layers->times->forward[index] * scale,
                      .backward = layers->times->backward[index] * scale,
                      .evaluation = layers->times->evaluation[index] * scale};
    name_row(net, op, &row);
    snprintf(row.shape, sizeof row.shape, "%d>%d %dx%d k%d/%d", op->in_count, op->out_count,
             in->height, in->width, op->kernel, op->stride);
    if (op->body == OP_LINEAR)
        snprintf(row.shape, sizeof row.shape, "%d>%d", op->in_count, op->out_count);
    if (op->weight >= 0)
        row.macs = (double)net->tensor[op->weight].count * out->height * out->width;
    return row;
}

/* NaN of what multiplies nothing. */
static double share(const struct layers *layers, const struct row *row)
{
    const double gflops = 6e-6 * row->macs * layers->batch / (row->forward + row->backward);
    return row->macs > 0 ? gflops / layers->peak : (double)NAN;
}

static void add_row(const struct layers *layers, const struct row *row, struct table *table)
{
    char text[32];
    table_add(table, "%s", row->name);
    table_add(table, "%s", row->shape);
    table_add(table, "%s", text_print_count(row->macs, text, sizeof text));
    table_add(table, "%.2f", row->forward);
    table_add(table, "%.2f", row->backward);
    table_add(table, "%.2f", row->evaluation);
    table_add(table, "%s", output_percent(share(layers, row), text, sizeof text));
}

void layers_print(const struct layers *layers, bool colour)
{
    static const char *const heads[] = {
        "<layer",       "<in>out, map, kernel", ">MACs",          ">forward ms",
        ">backward ms", ">evaluation ms",       ">share of peak", NULL};
    struct table table;
    struct row all = {.name = "all layers"};
    table_open(&table, heads);
    for (int i = 0; i < layers->net->ops; i++) {
        struct row row = row_of(layers, i);
        all.macs += row.macs;
        all.forward += row.forward;
        all.backward += row.backward;
        all.evaluation += row.evaluation;
        add_row(layers, &row, &table);
    }
    add_row(layers, &all, &table);
    table_print(&table, colour);
    table_close(&table);
    putchar('\n');
}

struct jvalue *layers_json(const struct layers *layers)
{
    struct jvalue *list = jvalue_array();
    for (int i = 0; i < layers->net->ops; i++) {
        struct row row = row_of(layers, i);
        struct jvalue *object = jvalue_object();
        jvalue_set_text(object, "name", row.name);
        jvalue_set_integer(object, "macs", (int64_t)row.macs);
        jvalue_set_number(object, "forward_ms", row.forward);
        jvalue_set_number(object, "backward_ms", row.backward);
        jvalue_set_number(object, "evaluation_ms", row.evaluation);
        jvalue_set_number(object, "share_of_peak", share(layers, &row));
        jvalue_add(list, object);
    }
    return list;
}
