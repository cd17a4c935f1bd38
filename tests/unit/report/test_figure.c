#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "report/figure.h"
#include "tests/unit/report/test_report.h"
#include "tests/unit/scratch.h"

static struct store *store;
static struct figure figure;
static struct error err;

static void open_study(void)
{
    scratch_open();
    store = study_open();
}

static void close_study(void)
{
    figure_done(&figure);
    store_close(store);
    scratch_close();
}

static int make(const char *kind, const struct figure_request *request)
{
    return figure_make(figure_find(kind), store, request, &figure, &err);
}

static void must_make(const char *kind, const struct figure_request *request)
{
    int code = make(kind, request);
    ck_assert_msg(code == 0, "%s: %s", kind, err.text);
}

/* Panel `panel`'s series `index` goes through these points, with these half bands (NaN: none). */
static void check_line(int panel, int index, int points, const double *x, const double *y,
                       const double *band)
{
    const struct series *series = &figure.panel[panel].series[index];

    ck_assert_int_lt(index, figure.panel[panel].count);
    ck_assert_int_eq(series->points, points);
    for (int i = 0; i < points; i++) {
        ck_assert_double_eq_tol(series->x[i], x[i], 1e-9);
        ck_assert_double_eq_tol(series->y[i], y[i], 1e-9);
        if (isnan(band[i]))
            ck_assert_double_nan(series->band[i]);
        else
            ck_assert_double_eq_tol(series->band[i], band[i], 1e-9);
    }
}

static const int64_t all_runs[] = {1, 2, 3, 4, 5}, l1_runs[] = {2, 1, 3, 1}, tl1_run[] = {4};

/* 78, 81, 84: mean 81, deviation 3. 60, 63, 66 and 30, 40, 50 likewise. 90 % has one seed of three;
 * the pruning of epoch 1 is another network's. */
START_TEST(test_accuracy)
{
    const struct figure_request request = {.run = l1_runs, .runs = 4};
    must_make("accuracy", &request);
    check_line(0, 0, 3, (double[]){0, 30, 60}, (double[]){81, 63, 40}, (double[]){3, 3, 10});
    check_line(0, 1, 1, (double[]){60}, (double[]){72}, (double[]){2});
    check_line(0, 2, 1, (double[]){60}, (double[]){64}, (double[]){NAN});
    ck_assert_str_eq(figure.panel[0].series[0].label, "ℓ1");
    ck_assert_ptr_null(figure.panel[0].series[1].label);
    ck_assert_int_eq(figure.panel[0].series[1].stroke, STROKE_DASHED);
    ck_assert_int_eq(figure.panel[0].series[2].stroke, STROKE_DOTTED);
    ck_assert_int_eq(figure.panel[0].count, 6); /* and three words for the strokes */
    ck_assert_str_eq(figure.note, "vgg11 ×0.25, fashion, λ=0.002, 2 epochs; mean ± SD of 3 seeds");
    ck_assert_int_eq(figure.sources, 7); /* three runs and four retrainings */
}
END_TEST

/* Parameters left: 500, 520, 480 and 200 of 1000; validation is two points above test. */
START_TEST(test_accuracy_by_parameters)
{
    const struct figure_request request = {
        .run = l1_runs, .runs = 4, .against = COST_PARAMETERS, .validation = true};
    must_make("accuracy", &request);
    check_line(0, 0, 3, (double[]){0, 50, 80}, (double[]){83, 65, 42}, (double[]){3, 3, 10});
    ck_assert_str_eq(figure.panel[0].x.label, "parameters removed (%)");
    ck_assert_str_eq(figure.panel[0].y.label, "validation accuracy (%)");
}
END_TEST

/* Seeds are grouped by all that a run is: run 5 has another learning rate, and no pruning. What was
 * pruned in another way is a series of its own. */
START_TEST(test_series)
{
    const struct figure_request request = {.run = all_runs, .runs = 5};
    must_make("accuracy", &request);
    int labels = 0;
    for (int i = 0; i < figure.panel[0].count; i++)
        if (figure.panel[0].series[i].label && figure.panel[0].series[i].points) {
            ck_assert_str_eq(figure.panel[0].series[i].label, labels ? "Tℓ1 a=1, β folded" : "ℓ1");
            ck_assert_int_eq(figure.panel[0].series[i].colour, labels++);
        }
    ck_assert_int_eq(labels, 2);
    figure_done(&figure);

    must_make("training", &request);
    ck_assert_str_eq(figure.panel[0].series[0].label, "ℓ1");
    ck_assert_str_eq(figure.panel[0].series[2].label, "ℓ1, run 5");
    ck_assert_str_eq(figure.panel[0].series[4].label, "Tℓ1 a=1");
}
END_TEST

START_TEST(test_training)
{
    const struct figure_request request = {.run = l1_runs, .runs = 3};
    must_make("training", &request);
    check_line(0, 0, 2, (double[]){1, 2}, (double[]){1, 0.5}, (double[]){0, 0});
    check_line(0, 1, 2, (double[]){1, 2}, (double[]){2, 1}, (double[]){0, 0});
    check_line(1, 0, 2, (double[]){1, 2}, (double[]){53, 73}, (double[]){3, 3});
    check_line(1, 1, 2, (double[]){1, 2}, (double[]){63, 83}, (double[]){3, 3});
}
END_TEST

/* The height over the bin that holds `gamma`. */
static double height_at(const struct series *series, double gamma)
{
    for (int i = 0; i < series->points; i++)
        if (series->x[i] <= gamma && gamma < series->x[i + 1])
            return series->y[i];
    ck_abort_msg("%g lies outside the axis", gamma);
}

static double sum_of(const struct series *series)
{
    double sum = 0;

    for (int i = 0; i < series->points; i++)
        sum += series->y[i];
    return sum;
}

/* Of ten channels three are 0, five ±0.5, two ±0.002; the highest place of a ridge has height 1. */
START_TEST(test_factors)
{
    const struct figure_request request = {.run = all_runs, .runs = 4, .layer = -1};
    must_make("factors", &request);
    const struct panel *panel = &figure.panel[0];
    ck_assert_int_eq(panel->count, 2);
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq_tol(panel->series[i].zeros, 0.3, 1e-12);
        ck_assert_double_eq_tol(height_at(&panel->series[i], 0.5), 1, 1e-12);
        ck_assert_double_eq_tol(height_at(&panel->series[i], 0.002), 0.4, 1e-12);
        ck_assert_double_eq_tol(sum_of(&panel->series[i]), 1.4, 1e-12);
        ck_assert_double_eq_tol(panel->series[i].base, i, 1e-12);
    }
    ck_assert_str_eq(panel->y.name[0], "ℓ1");
    ck_assert_str_eq(panel->y.name[1], "Tℓ1 a=1");
    ck_assert(panel->zero && panel->zero_share);
    ck_assert_double_eq_tol(panel->peak, 1, 1e-12);
    ck_assert_double_eq_tol(panel->x.low, 1e-3, 1e-15);
    ck_assert_double_eq_tol(panel->x.high, 1, 1e-12);
}
END_TEST

START_TEST(test_heatmap)
{
    const struct figure_request request = {.run = tl1_run, .runs = 1, .layer = -1};
    const struct figure_request second = {.run = tl1_run, .runs = 1, .layer = 1};
    must_make("heatmap", &request);
    const struct panel *panel = &figure.panel[0];
    ck_assert_int_eq(panel->count, 2);
    ck_assert_double_eq_tol(height_at(&panel->series[0], 0.5), 10, 1e-12);
    ck_assert_double_eq_tol(height_at(&panel->series[1], 0.5), 5, 1e-12);
    ck_assert_double_eq_tol(panel->series[0].zeros, 0, 1e-12);
    ck_assert_double_eq_tol(panel->series[1].zeros, 3, 1e-12);
    ck_assert_double_eq_tol(panel->peak, 10, 1e-12);
    ck_assert(panel->y.low > panel->y.high); /* time goes down */
    figure_done(&figure);

    must_make("heatmap", &second); /* 0, 0, 0.5, 0.5, −0.002, 0.5 */
    panel = &figure.panel[0];
    ck_assert_double_eq_tol(panel->series[1].zeros, 2, 1e-12);
    ck_assert_double_eq_tol(height_at(&panel->series[1], 0.5), 3, 1e-12);
    ck_assert_ptr_nonnull(strstr(figure.note, "layer feature.4"));
}
END_TEST

START_TEST(test_ridges)
{
    const struct figure_request request = {.run = tl1_run, .runs = 1, .layer = -1};
    must_make("ridges", &request);
    const struct panel *panel = &figure.panel[0];
    ck_assert_int_eq(panel->count, 2);
    ck_assert_double_eq_tol(panel->series[0].base, 1, 1e-12);
    ck_assert_double_eq_tol(panel->series[1].base, 2, 1e-12);
    ck_assert_double_eq_tol(height_at(&panel->series[0], 0.5), 1, 1e-12);
    ck_assert_double_eq_tol(height_at(&panel->series[1], 0.5), 0.5, 1e-12);
    /* The ridges stand in the panel. */
    ck_assert_double_ge(panel->y.low, 2);
    ck_assert_double_le(panel->y.high, 1 - panel->rise);
}
END_TEST

START_TEST(test_widths)
{
    const struct figure_request request = {.pruning = 5};
    must_make("widths", &request);
    const struct panel *panel = &figure.panel[0];
    ck_assert_int_eq(panel->series[0].points, 2);
    ck_assert_double_eq_tol(panel->series[0].y[0], 4, 1e-12);
    ck_assert_double_eq_tol(panel->series[0].y[1], 6, 1e-12);
    ck_assert_double_eq_tol(panel->series[1].y[0], 2, 1e-12);
    ck_assert_double_eq_tol(panel->series[1].y[1], 2, 1e-12);
    ck_assert_ptr_nonnull(strstr(figure.note, "60\u00a0% of the channels pruned"));
}
END_TEST

/* A store that somebody has cut. */
START_TEST(test_widths_of_fewer_layers)
{
    const struct figure_request request = {.pruning = 5};
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(store_path(store), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "DELETE FROM pruning_layer WHERE layer = 1", 0, 0, 0), 0);
    sqlite3_close(db);
    ck_assert_int_eq(make("widths", &request), ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.text, "has 2 layers, its pruning 1"));
}
END_TEST

/* Tℓ1 with a = 1 is 2g/(1 + g), its slope 2/(1 + g)²; ℓ1 is g, its slope 1. λ is divided out. */
START_TEST(test_penalties)
{
    const struct figure_request request = {.run = all_runs, .runs = 4}, none = {0};
    must_make("penalties", &request);
    for (int i = 0; i < FIGURE_PANELS; i++) {
        const struct series *l1 = &figure.panel[i].series[0], *tl1 = &figure.panel[i].series[1];
        for (int k = 0; k < l1->points; k++) {
            double g = l1->x[k];
            ck_assert_double_eq_tol(l1->y[k], i ? 1 : g, 1e-12);
            ck_assert_double_eq_tol(tl1->y[k], i ? 2 / ((1 + g) * (1 + g)) : 2 * g / (1 + g),
                                    1e-12);
        }
    }
    figure_done(&figure);
    must_make("penalties", &none);
    ck_assert_int_eq(figure.panel[0].count, 6);
    ck_assert_int_eq(figure.sources, 0);
}
END_TEST

START_TEST(test_refused)
{
    static const int64_t missing[] = {99}, retrained[] = {6};
    const struct figure_request no_run = {.run = missing, .runs = 1, .layer = -1},
                                no_epoch = {.run = retrained, .runs = 1, .layer = -1},
                                unpruned = {.run = all_runs + 4, .runs = 1}, nothing = {0};
    static const char *const kinds[] = {"accuracy", "factors",  "heatmap",
                                        "ridges",   "training", "penalties"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        ck_assert_int_eq(make(kinds[i], &no_run), ERROR_DATA);
        ck_assert_ptr_nonnull(strstr(err.text, "99"));
        figure_done(&figure);
        ck_assert_int_eq(make(kinds[i], &no_epoch), ERROR_DATA);
        figure_done(&figure);
    }
    ck_assert_int_eq(make("widths", &nothing), ERROR_DATA);
    figure_done(&figure);
    ck_assert_int_eq(make("accuracy", &unpruned), ERROR_DATA);
    figure_done(&figure);
    ck_assert_int_eq(make("accuracy", &nothing), ERROR_DATA);
    ck_assert_ptr_null(figure_find("pie"));
}
END_TEST

TCase *figure_case(void)
{
    TCase *tcase = tcase_create("figure");
    tcase_add_checked_fixture(tcase, open_study, close_study);
    tcase_add_test(tcase, test_accuracy);
    tcase_add_test(tcase, test_accuracy_by_parameters);
    tcase_add_test(tcase, test_series);
    tcase_add_test(tcase, test_training);
    tcase_add_test(tcase, test_factors);
    tcase_add_test(tcase, test_heatmap);
    tcase_add_test(tcase, test_ridges);
    tcase_add_test(tcase, test_widths);
    tcase_add_test(tcase, test_widths_of_fewer_layers);
    tcase_add_test(tcase, test_penalties);
    tcase_add_test(tcase, test_refused);
    return tcase;
}
