/* What a network is: counts from the literature, names as in the reference code, JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/net.h"
#include "tests/unit/net/test_net.h"

static struct net_spec make(const char *arch, double width, int classes)
{
    struct net_spec spec;
    struct error err = {0};
    ck_assert_int_eq(spec_make(arch, width, classes, 3, &spec, &err), 0);
    return spec;
}

static size_t parameters_of(const struct net_spec *spec)
{
    struct net *net;
    struct error err = {0};
    ck_assert_int_eq(net_new(spec, &net, &err), 0);
    size_t count = net->parameter_count;
    net_free(net);
    return count;
}

/* Parameters and prunable channels of the reference code's own models. */
START_TEST(counts_are_the_published_ones)
{
    static const struct {
        const char *arch;
        int classes, channels;
        size_t parameters; /* 0: not published */
    } rows[] = {
        {"vgg11", 10, 2752, 0},
        {"vgg13", 10, 2944, 0},
        {"vgg16", 10, 4224, 14724042},
        {"vgg16", 100, 4224, 14770212},
        {"vgg19", 10, 5504, 20035018},
        {"vgg19", 100, 5504, 20081188},
        {"resnet164", 10, 12112, 1703258},
        {"resnet164", 100, 12112, 1726388},
        {"densenet40", 10, 9360, 1059298},
        {"densenet40", 100, 9360, 1100428},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[16];
        struct net_spec spec = make(rows[i].arch, 1, rows[i].classes);
        ck_assert_int_eq(spec_channels(&spec), rows[i].channels);
        ck_assert_str_eq(spec_print_arch(&spec, text), rows[i].arch);
        if (rows[i].parameters)
            ck_assert_uint_eq(parameters_of(&spec), rows[i].parameters);
        spec_done(&spec);
    }
}
END_TEST

/* The compact VGG of Liu et al. 2017, table 5. */
START_TEST(widths_can_be_given)
{
    static const int liu[] = {22, 62, 83, 119, 193, 168, 85, 40, 32, 32, 32, 32, 32, 32, 32, 38};
    static const int bad[] = {0, 62, 83, 119, 193, 168, 85, 40, 32, 32, 32, 32, 32, 32, 32, 38};
    struct net_spec spec = make("vgg19", 1, 10);
    struct error err = {0};
    ck_assert_int_eq(spec_set_widths(&spec, liu, 15, &err), ERROR_USAGE);
    ck_assert_int_eq(spec_set_widths(&spec, bad, 16, &err), ERROR_USAGE);
    ck_assert_int_eq(spec_set_widths(&spec, liu, 16, &err), 0);
    ck_assert_uint_eq(parameters_of(&spec), 885934);
    spec_done(&spec);
}
END_TEST

START_TEST(width_rounds_half_to_even)
{
    ck_assert_int_eq(spec_wide(17, 0.5), 8);  /* 8.5 */
    ck_assert_int_eq(spec_wide(19, 0.5), 10); /* 9.5 */
    ck_assert_int_eq(spec_wide(64, 0.25), 16);
    ck_assert_int_eq(spec_wide(64, 0.01), 8);
    ck_assert_int_eq(spec_wide(3, 1), 3);
}
END_TEST

START_TEST(unknown_networks_are_refused)
{
    static const char *const names[] = {
        "vgg", "vgg12",  "vgg011", "vgg11x",   "VGG11",           "",
        "11",  "vgg 11", "vgg-11", "resnet21", "vgg999999999999", "densenet41"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct net_spec spec;
        struct error err = {0};
        ck_assert_int_eq(spec_make(names[i], 1, 10, 3, &spec, &err), ERROR_USAGE);
        ck_assert_ptr_nonnull(strstr(err.hint, "vgg19"));
    }
    static const double widths[] = {0, -1, 17, NAN, INFINITY};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct net_spec spec;
        ck_assert_int_eq(spec_make("vgg11", widths[i], 10, 3, &spec, NULL), ERROR_USAGE);
    }
    for (const char *const *known = spec_known(); *known; known++) {
        struct net_spec spec = make(*known, 0.125, 10);
        spec_done(&spec);
    }
}
END_TEST

/* What can be made can be read back. */
START_TEST(no_gate_is_too_long)
{
    struct net_spec spec = make("densenet400", 1, 10);
    struct error err = {0};
    spec_done(&spec);
    ck_assert_int_eq(spec_make("densenet400", 2, 10, 3, &spec, &err), ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "8208 channels, more than 8192"));
}
END_TEST

/* Modules are counted as in the reference code; parameters, running statistics, counters. */
START_TEST(tensors_are_named_as_in_the_reference_code)
{
    static const char *const names[] = {"feature.0.weight", "feature.1.weight", "feature.1.bias",
                                        "feature.4.weight", "feature.5.weight", "feature.5.bias",
                                        "feature.8.weight", "feature.9.weight", "feature.9.bias",
                                        "feature.11.weight"};
    struct net_spec spec = make("vgg11", 0.25, 10);
    struct net *net;
    struct error err = {0};
    ck_assert_int_eq(net_new(&spec, &net, &err), 0);
    ck_assert_int_eq(net->tensors, 8 * 3 + 2 + 8 * 2 + 8);
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(net->tensor[i].name, names[i]);
    ck_assert_str_eq(net->tensor[24].name, "classifier.weight");
    ck_assert_str_eq(net->tensor[25].name, "classifier.bias");
    ck_assert_str_eq(net->tensor[26].name, "feature.1.running_mean");
    ck_assert_str_eq(net->tensor[27].name, "feature.1.running_var");
    ck_assert_str_eq(net->tensor[42].name, "feature.1.num_batches_tracked");
    ck_assert_str_eq(net->gate[7].name, "feature.26");
    ck_assert_int_eq(net_find_tensor(net, "feature.26.weight"), net->gate[7].gamma);
    ck_assert_int_eq(net_find_tensor(net, "feature.2.weight"), -1);
    struct tensor_view *views = NEW(struct tensor_view, net->tensors);
    size_t bytes = 0;
    net_views(net, views);
    for (int t = 0; t < net->tensors; t++)
        bytes += tensor_view_bytes(&views[t]);
    ck_assert_uint_eq(bytes, 4 * (net->parameter_count + net->statistic_count) + 8 * 8);
    ck_assert_ptr_eq(views[0].data, net->parameter);
    free(views);
    net_free(net);
    spec_done(&spec);
}
END_TEST

START_TEST(weights_start_as_the_method_says)
{
    struct net_spec spec = make("vgg11", 0.5, 10);
    struct net *net;
    struct error err = {0};
    char first[HASH_TEXT], again[HASH_TEXT], other[HASH_TEXT];
    ck_assert_int_eq(net_new(&spec, &net, &err), 0);
    net_initialise(net, 2, 0.5);
    net_hash_weights(net, other);
    net_initialise(net, 1, 0.5);
    net_hash_weights(net, first);
    net_initialise(net, 1, 0.5);
    net_hash_weights(net, again);
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    for (int i = 0; i < net->ops; i++) {
        const struct op *op = &net->op[i];
        if (op->weight < 0)
            continue;
        double squares = 0, count = (double)net->tensor[op->weight].count;
        for (size_t j = 0; j < net->tensor[op->weight].count; j++)
            squares += pow((double)net_parameter(net, op->weight)[j], 2);
        double variance = op->body == OP_CONV ? 2.0 / (9 * op->out_count) : 1e-4;
        ck_assert_double_eq_tol(squares / count, variance, 5 * variance * sqrt(2 / count));
    }
    ck_assert_float_eq(net_parameter(net, net->gate[3].gamma)[5], 0.5F);
    ck_assert_float_eq(net_parameter(net, net->gate[3].beta)[5], 0);
    ck_assert_float_eq(net_statistic(net, net->gate[3].running_variance)[5], 1);
    net_free(net);
    spec_done(&spec);
}
END_TEST

static int read_text(const char *text, struct net_spec *spec)
{
    struct jvalue *json;
    struct error err = {0};
    ck_assert_int_eq(jvalue_parse(text, strlen(text), &json, &err), 0);
    int code = spec_from_json(json, spec, &err);
    jvalue_free(json);
    return code;
}

START_TEST(json_gives_the_same_network_back)
{
    struct net_spec spec = make("vgg13", 0.3, 100), copy, read;
    spec.gate[4].channels = spec.gate[4].kept = 3;
    spec_copy(&spec, &copy);
    struct jvalue *json = spec_to_json(&copy);
    char *text = jvalue_print(json);
    ck_assert_int_eq(read_text(text, &read), 0);
    ck_assert(read.width == 0.3 && read.depth == 13 && read.classes == 100 && read.channels == 3);
    for (int g = 0; g < spec.gates; g++) {
        ck_assert_str_eq(read.gate[g].name, spec.gate[g].name);
        ck_assert_int_eq(read.gate[g].channels, spec.gate[g].channels);
        ck_assert_int_eq(read.gate[g].kept, spec.gate[g].kept);
    }
    jvalue_free(json);
    free(text);
    spec_done(&spec);
    spec_done(&copy);
    spec_done(&read);
}
END_TEST

/* Each with one thing changed in a good spec. */
START_TEST(bad_json_is_bad_data)
{
    static const char *const changes[][2] = {
        {"\"vgg\"", "\"vgh\""},
        {"\"depth\":11", "\"depth\":12"},
        {"\"depth\":11", "\"depth\":1.5"},
        {"\"width\":1.0", "\"width\":-1"},
        {"\"width\":1.0", "\"width\":\"\""},
        {"\"classes\":10", "\"classes\":0"},
        {"\"channels\":3", "\"channels\":4"},
        {"\"channels\":64", "\"channels\":0"},
        {"\"channels\":64", "\"channels\":99999999999"},
        {"\"channels\":64", "\"channels\":64,\"select\":\"1\""},
        {"feature.1\"", "feature.2\""},
        {"\"gates\":[", "\"gates\":[{},"},
        {"\"gates\":[", "\"gates\":[],\"other\":["},
    };
    struct net_spec spec = make("vgg11", 1, 10), read;
    struct jvalue *json = spec_to_json(&spec);
    char *text = jvalue_print(json);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(text, changes[i][0]);
        ck_assert_msg(at != NULL, "%s", changes[i][0]);
        char *bad = memory_print("%.*s%s%s", (int)(at - text), text, changes[i][1],
                                 at + strlen(changes[i][0]));
        ck_assert_msg(read_text(bad, &read) == ERROR_DATA, "%s", changes[i][1]);
        free(bad);
    }
    ck_assert_int_eq(read_text("[]", &read), ERROR_DATA);
    jvalue_free(json);
    free(text);
    spec_done(&spec);
}
END_TEST

/* A spec with one gate that has nothing left comes back only where that gate can be done without:
 * in a residual branch or a dense layer, not in VGG, a transition or a head. */
START_TEST(only_some_gates_may_be_empty)
{
    static const char *const archs[] = {"vgg11", "resnet20", "densenet22"};
    struct net_spec spec = make(archs[_i], 1, 10), read;
    for (int g = 0; g < spec.gates; g++) {
        struct gate_spec full = spec.gate[g], *gate = &spec.gate[g];
        bool may = strncmp(gate->name, "layer", 5) == 0 || strncmp(gate->name, "dense", 5) == 0;
        gate->kept = 0;
        if (gate->shared)
            gate->select = NEW(uint8_t, gate->channels);
        else
            gate->channels = 0;
        struct jvalue *json = spec_to_json(&spec);
        struct error err = {0};
        int code = spec_from_json(json, &read, &err);
        ck_assert_int_eq(code, may ? 0 : ERROR_DATA);
        if (may)
            ck_assert_int_eq(read.gate[g].kept, 0);
        else
            ck_assert_ptr_nonnull(strstr(err.text, full.name));
        spec_done(&read);
        jvalue_free(json);
        free(gate->select);
        *gate = full;
    }
    spec_done(&spec);
}
END_TEST

TCase *spec_case(void)
{
    TCase *tcase = tcase_create("spec");
    tcase_add_test(tcase, counts_are_the_published_ones);
    tcase_add_test(tcase, widths_can_be_given);
    tcase_add_test(tcase, width_rounds_half_to_even);
    tcase_add_test(tcase, unknown_networks_are_refused);
    tcase_add_test(tcase, no_gate_is_too_long);
    tcase_add_test(tcase, tensors_are_named_as_in_the_reference_code);
    tcase_add_test(tcase, weights_start_as_the_method_says);
    tcase_add_test(tcase, json_gives_the_same_network_back);
    tcase_add_test(tcase, bad_json_is_bad_data);
    tcase_add_loop_test(tcase, only_some_gates_may_be_empty, 0, 3);
    return tcase;
}
