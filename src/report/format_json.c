#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "report/format.h"

static struct jvalue *mean_to_json(const struct mean *mean, bool best)
{
    struct jvalue *object = jvalue_object();
    jvalue_set_number(object, "mean", mean->n ? mean->mean : (double)NAN);
    jvalue_set_number(object, "std", mean_deviation(mean));
    jvalue_set_integer(object, "n", mean->n);
    jvalue_set_bool(object, "best", best);
    return object;
}

static void set_id(struct jvalue *object, const char *key, int64_t id)
{
    if (id)
        jvalue_set_integer(object, key, id);
    else
        jvalue_set_null(object, key);
}

static struct jvalue *point_to_json(const struct result_point *point)
{
    struct jvalue *object = jvalue_object();
    if (point->seed >= 0)
        jvalue_set_integer(object, "seed", point->seed);
    else
        jvalue_set_null(object, "seed");
    set_id(object, "run", point->run);
    set_id(object, "pruning", point->pruning);
    set_id(object, "retraining", point->retraining);
    set_id(object, "from_scratch", point->from_scratch);
    jvalue_set_number(object, "before", point->before);
    jvalue_set_number(object, "channels", point->removed[COST_CHANNELS]);
    jvalue_set_number(object, "parameters", point->removed[COST_PARAMETERS]);
    jvalue_set_number(object, "macs", point->removed[COST_MACS]);
    jvalue_set_number(object, "bytes", point->removed[COST_BYTES]);
    jvalue_set_number(object, "pruned", point->pruned);
    jvalue_set_number(object, "retrained", point->retrained);
    jvalue_set_number(object, "scratch", point->scratch);
    jvalue_set_number(object, "retrained_at", point->retrained_at);
    jvalue_set_number(object, "scratch_at", point->scratch_at);
    jvalue_set_bool(object, "interpolated", point->guessed);
    return object;
}

static struct jvalue *row_to_json(const struct results *results, const struct result_row *row)
{
    struct result_values values = result_values(results, row);
    struct jvalue *object = jvalue_object(), *points = jvalue_array();
    jvalue_set_text(object, "network", values.network);
    jvalue_set_number(object, "width", values.width);
    jvalue_set_text(object, "data", values.data);
    jvalue_set_text(object, "penalty", values.penalty);
    jvalue_set_number(object, "lambda", values.lambda);
    jvalue_set_number(object, "a", values.a);
    jvalue_set_number(object, "p", values.p);
    jvalue_set_integer(object, "seeds", values.seeds);
    jvalue_set_number(object, "share", values.share);
    for (int c = 0; c < COLUMNS; c++)
        if (columns[c].mean)
            jvalue_set(object, columns[c].key,
                       mean_to_json(column_mean(&columns[c], row), row->best >> c & 1));
    for (int i = 0; i < row->group->runs; i++)
        jvalue_add(points, point_to_json(&row->point[i]));
    jvalue_set(object, "points", points);
    return object;
}

static void write_json(const struct results *results, struct text *out)
{
    struct jvalue *object = jvalue_object(), *rows = jvalue_array();
    for (int i = 0; i < results->rows; i++)
        jvalue_add(rows, row_to_json(results, &results->row[i]));
    jvalue_set_text(object, "split", results->validation ? "val" : "test");
    jvalue_set_text(object, "axis", cost_axis_name(results->axis));
    jvalue_set(object, "rows", rows);
    jvalue_set_integer(object, "unfinished", results->unfinished);
    char *line = jvalue_print(object);
    text_add(out, "%s\n", line);
    free(line);
    jvalue_free(object);
}

const struct report_format format_json = {.name = "json", .write = write_json};
