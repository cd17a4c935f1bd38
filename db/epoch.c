#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/columns.h"
#include "db/record.h"
#include "db/statement.h"

#define ROW(member, kind) FIELD(epoch_row, member, kind),
static const struct field fields[] = {ROW(run, INTEGER) EPOCH_COLUMNS(ROW)};
static const struct record record = {
    .field = fields,
    .fields = sizeof fields / sizeof *fields,
    .stored = sizeof fields / sizeof *fields,
    .size = sizeof(struct epoch_row),
};
#undef ROW

static const double NEAR_ZERO = 0.01;

/* --- histograms ----------------------------------------------------------------------------- */

enum { BIN_ZERO, BIN_TINY, BIN_FIRST, BIN_LAST = HISTOGRAM_BINS - 1, BINS_A_DECADE = 10 };

double histogram_edge(int bin)
{
    static const double decade[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4,
                                    1e-3, 1e-2, 1e-1, 1e0,  1e1}; /* exactly those */
    if (bin < BIN_FIRST)
        return 0;
    int step = bin - BIN_FIRST;
    return decade[step / BINS_A_DECADE] * pow(10, (step % BINS_A_DECADE) / (double)BINS_A_DECADE);
}

int histogram_bin(float gamma)
{
    double size = fabs((double)gamma);
    if (isnan(size) || size >= histogram_edge(BIN_LAST))
        return BIN_LAST;
    if (size < histogram_edge(BIN_FIRST))
        return size > 0 ? BIN_TINY : BIN_ZERO;
    /* The logarithm may be a rounding off at an edge. */
    int bin = BIN_FIRST + (int)((log10(size) + 9) * BINS_A_DECADE);
    while (bin > BIN_FIRST && size < histogram_edge(bin))
        bin--;
    while (size >= histogram_edge(bin + 1))
        bin++;
    return bin;
}

static int insert_gamma(struct store *store, const struct epoch_row *row, int layer,
                        const float *gamma, int channels, struct error *err)
{
    int32_t counts[HISTOGRAM_BINS] = {0};
    for (int i = 0; i < channels; i++)
        counts[histogram_bin(gamma[i])]++;
    struct statement s = statement_open(store, SQL_GAMMA_INSERT);
    bind_integer(&s, row->run);
    bind_integer(&s, row->epoch);
    bind_integer(&s, layer);
    bind_words(&s, gamma, channels);
    int code = statement_run(&s, err);
    if (code)
        return code;
    s = statement_open(store, SQL_HISTOGRAM_INSERT);
    bind_integer(&s, row->run);
    bind_integer(&s, row->epoch);
    bind_integer(&s, layer);
    bind_words(&s, counts, HISTOGRAM_BINS);
    return statement_run(&s, err);
}

/* Channels that were dropped before are zeros that nobody reads: they take no part. */
static double share_near_zero(const float *const *gamma, const int *channels, int layers,
                              int dropped)
{
    int near = -dropped, all = -dropped;
    for (int l = 0; l < layers; l++)
        for (int i = 0; i < channels[l]; i++, all++)
            near += fabs((double)gamma[l][i]) < NEAR_ZERO;
    return all > 0 ? near / (double)all : 0;
}

/* --- epochs --------------------------------------------------------------------------------- */

int epoch_insert(struct store *store, struct epoch_row *row, const float *const *gamma,
                 const int *channels, int layers, struct error *err)
{
    row->near_zero = share_near_zero(gamma, channels, layers, row->dropped);
    struct statement s = statement_open(store, SQL_EPOCH_REMOVE);
    bind_integer(&s, row->run);
    bind_integer(&s, row->epoch);
    int code = statement_run(&s, err);
    if (code)
        return code;
    s = statement_open(store, SQL_EPOCH_INSERT);
    record_bind(&s, &record, row);
    code = statement_run(&s, err);
    for (int l = 0; !code && l < layers; l++)
        code = insert_gamma(store, row, l, gamma[l], channels[l], err);
    return code;
}

int epoch_list(struct store *store, int64_t run, struct epoch_row **rows, int *count,
               struct error *err)
{
    void *all;
    struct statement s = statement_open(store, SQL_EPOCH_LIST);
    bind_integer(&s, run);
    int code = record_list(&s, &record, &all, count, err);
    *rows = all;
    return code;
}

int epoch_before(struct store *store, int64_t run, int most)
{
    struct statement s = statement_open(store, SQL_EPOCH_BEFORE);
    bind_integer(&s, run);
    bind_integer(&s, most);
    int found = statement_next(&s) ? column_int(&s) : -1;
    return statement_close(&s, NULL) ? -1 : found;
}

static int no_such_epoch(int64_t run, int epoch, struct error *err)
{
    return error_set(err, ERROR_DATA, "run %lld: no such epoch: %d", (long long)run, epoch);
}

int gamma_get(struct store *store, int64_t run, int epoch, int layer, float **gamma, int *channels,
              struct error *err)
{
    *gamma = NULL;
    *channels = 0;
    struct statement s = statement_open(store, SQL_GAMMA_GET);
    bind_integer(&s, run);
    bind_integer(&s, epoch);
    bind_integer(&s, layer);
    if (statement_next(&s))
        *gamma = column_words(&s, channels);
    int code = statement_close(&s, err);
    return code || *gamma ? code : no_such_epoch(run, epoch, err);
}

int histogram_get(struct store *store, int64_t run, int epoch, int layer,
                  int64_t counts[HISTOGRAM_BINS], struct error *err)
{
    int layers = 0;
    memset(counts, 0, HISTOGRAM_BINS * sizeof *counts);
    struct statement s = statement_open(store, SQL_HISTOGRAM_LIST);
    bind_integer(&s, run);
    bind_integer(&s, epoch);
    bind_integer(&s, layer);
    for (; statement_next(&s); layers++) {
        int bins;
        int32_t *one = column_words(&s, &bins);
        for (int i = 0; i < bins && i < HISTOGRAM_BINS; i++)
            counts[i] += one[i];
        free(one);
    }
    int code = statement_close(&s, err);
    return code || layers ? code : no_such_epoch(run, epoch, err);
}

int histogram_read(struct store *store, int64_t run, int last, int epochs, int layers,
                   int32_t *counts, struct error *err)
{
    int rows = 0, bins;
    struct statement s = statement_open(store, SQL_HISTOGRAM_OF_RUN);
    bind_integer(&s, run);
    bind_integer(&s, last);
    for (; statement_next(&s); rows++) {
        int32_t *one = column_words(&s, &bins);
        if (one && bins == HISTOGRAM_BINS && rows < epochs * layers)
            memcpy(counts + (size_t)rows * HISTOGRAM_BINS, one, HISTOGRAM_BINS * sizeof *counts);
        free(one);
    }
    int code = statement_close(&s, err);
    if (!code && rows != epochs * layers)
        code = error_set(err, ERROR_DATA, "run %lld: %d histograms of %d epochs and %d layers",
                         (long long)run, rows, epochs, layers);
    return code;
}
