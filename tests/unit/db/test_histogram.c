#include <float.h>

#include "tests/unit/db/test_db.h"

/* Known by hand: ten bins a decade, so a decade's start is bin 2 + 10 · (decades above 1e-9). */
START_TEST(edges_fall_where_they_should)
{
    static const struct {
        float gamma;
        int bin;
    } known[] = {
        {0, 0},
        {-0.0f, 0},
        {FLT_TRUE_MIN, 1},
        {1e-12f, 1},
        {1e-9f, 1}, /* as a float it is 0.99999997e-9 */
        {1.0000001e-9f, 2},
        {1.2e-9f, 2},
        {1.3e-9f, 3},
        {0.0099999f, 71},
        {0.01f, 71}, /* 0.0099999998 */
        {0.010000001f, 72},
        {-0.0101f, 72},
        {0.0126f, 73},
        {0.1f, 82}, /* 0.10000000149 */
        {0.5f, 88},
        {0.79f, 90},
        {0.8f, 91},
        {0.99999f, 91},
        {1, 92},
        {-1, 92},
        {9.99f, 101},
        {10, 102},
        {11, 102},
        {FLT_MAX, 102},
        {INFINITY, 102},
        {NAN, 102},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_msg(histogram_bin(known[i].gamma) == known[i].bin, "%.9g is in bin %d, not %d",
                      (double)known[i].gamma, histogram_bin(known[i].gamma), known[i].bin);
}
END_TEST

/* The largest bin whose edge is not above the value, by a plain search over all edges. */
START_TEST(bins_agree_with_their_edges)
{
    ck_assert_double_eq(histogram_edge(2), 1e-9);
    ck_assert_double_eq(histogram_edge(72), 1e-2);
    ck_assert_double_eq(histogram_edge(102), 10);
    for (int bin = 3; bin < HISTOGRAM_BINS; bin++)
        ck_assert_double_eq_tol(histogram_edge(bin) / histogram_edge(bin - 1), 1.2589254117941673,
                                1e-12);
    uint32_t random = 1;
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525 + 1013904223;
        float gamma = (float)exp((double)random / UINT32_MAX * 28 - 24); /* 4e-11 … 55 */
        for (int near = 0; near < 2 && i < HISTOGRAM_BINS; near++) /* first: just at the edges */
            gamma = near ? nextafterf(gamma, INFINITY) : (float)histogram_edge(i);
        int bin = 1;
        while (bin + 1 < HISTOGRAM_BINS && (double)gamma >= histogram_edge(bin + 1))
            bin++;
        if (gamma > 0)
            ck_assert_int_eq(histogram_bin(gamma), bin);
    }
}
END_TEST

START_TEST(gamma_and_histograms_come_back)
{
    struct error err = {0};
    const float first[3] = {0, -0.5f, 1e-12f}, second[2] = {0.0099f, 20};
    const float *const all[2] = {first, second};
    int64_t counts[HISTOGRAM_BINS], sum = 0, near = 0;
    float *gamma;
    int channels;
    struct epoch_row row = {.epoch = 1, .val_loss = (double)NAN, .learning_rate = 0.1}, *rows;
    struct store *store = must_open(STORE_CREATE);
    row.run = insert_run(store, 'a');
    must(insert_epoch(store, row.run, 1, 1, &err)); /* replaced below */
    must(store_begin(store, &err));
    must(epoch_insert(store, &row, all, layer_channels, 2, &err));
    must(store_commit(store, &err));
    ck_assert_double_eq(row.near_zero, 3 / 5.0);
    must(epoch_list(store, row.run, &rows, &channels, &err));
    ck_assert_int_eq(channels, 1);
    ck_assert_double_nan(rows[0].val_loss);
    ck_assert_double_eq(rows[0].learning_rate, 0.1);
    ck_assert_double_eq(rows[0].near_zero, 0.6);
    free(rows);
    must(gamma_get(store, row.run, 1, 0, &gamma, &channels, &err));
    ck_assert_int_eq(channels, 3);
    ck_assert_mem_eq(gamma, first, sizeof first);
    free(gamma);
    must(histogram_get(store, row.run, 1, 1, counts, &err));
    ck_assert(counts[71] == 1 && counts[102] == 1);
    must(histogram_get(store, row.run, 1, -1, counts, &err));
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        sum += counts[i];
        near += i < 72 ? counts[i] : 0;
    }
    ck_assert_int_eq(sum, 5);
    ck_assert_int_eq(near, 3); /* what near_zero counts */
    refused(histogram_get(store, row.run, 2, -1, counts, &err), ERROR_DATA, "no such epoch: 2");
    /* Little-endian: −0.5 is bf000000. */
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT hex(substr(gamma, 5, 4)) = '000000BF'"
                                               " FROM gamma WHERE layer = 0"),
                     1);
    ck_assert_int_eq(ask(in_folder("runs.db"), "SELECT hex(substr(counts, 1, 4)) = '01000000'"
                                               " FROM gamma_histogram WHERE layer = 0"),
                     1);
    store_close(store);
}
END_TEST

TCase *histogram_case(void)
{
    TCase *histogram = tcase_create("histogram");
    tcase_add_test(histogram, edges_fall_where_they_should);
    tcase_add_test(histogram, bins_agree_with_their_edges);
    tcase_add_test(histogram, gamma_and_histograms_come_back);
    return histogram;
}
