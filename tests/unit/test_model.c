/* Networks as files: what is read is what was written, by PyTorch or by us, and nothing else is. */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "format/model.h"
#include "format/npz.h"
#include "format/onnx.h"
#include "format/safetensors.h"
#include "prune/surgery.h"

static const char path[] = "test_model.safetensors", other[] = "test_model.other";

static const char *const fixtures[] = {"vgg11", "resnet20", "resnet20-slim", "densenet10",
                                       "densenet10-slim"};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures, EXTRA = 2 };

/* A fixture's tensors, with room for more. */
struct state {
    struct safetensors file;
    struct tensor_view *view;
    int count;
};

static struct state open_fixture(const char *name)
{
    struct state state;
    struct error err = {0};
    const char *folder = getenv("srcdir");
    char *file = memory_print("%s/tests/parity/%s.safetensors", folder ? folder : ".", name);
    ck_assert_msg(safetensors_open(file, &state.file, &err) == 0, "%s", err.text);
    state.count = state.file.count;
    state.view = NEW(struct tensor_view, state.count + EXTRA);
    memcpy(state.view, state.file.view, (size_t)state.count * sizeof *state.view);
    free(file);
    return state;
}

static void close_fixture(struct state *state)
{
    safetensors_close(&state->file);
    free(state->view);
    unlink(path);
}

static struct tensor_view *view_of(struct state *state, const char *name)
{
    for (int i = 0; i < state->count; i++)
        if (text_equal(state->view[i].name, name))
            return &state->view[i];
    ck_abort_msg("no tensor %s", name);
}

static void drop(struct state *state, const char *name)
{
    struct tensor_view *view = view_of(state, name);
    *view = state->view[--state->count];
}

/* Writes the state as it is now, and reads it as a network. */
static int read_back(const struct state *state, struct net **net, struct error *err)
{
    *err = (struct error){0};
    int code = safetensors_write(path, state->view, state->count, NULL, NULL, NULL, err);
    ck_assert_msg(code == 0, "%s", err->text);
    return model_read(path, net, err);
}

static struct net *read_well(const struct state *state)
{
    struct net *net;
    struct error err;
    ck_assert_msg(read_back(state, &net, &err) == 0, "%s", err.text);
    return net;
}

/* What the network writes: the state's names, types, shapes and bytes, and no more. */
static void check_written(const struct state *state, struct net *net)
{
    struct safetensors file;
    struct error err = {0};
    ck_assert_int_eq(model_write(net, MODEL_SELECT_NEEDED, path, NULL, NULL, &err), 0);
    ck_assert_int_eq(safetensors_open(path, &file, &err), 0);
    ck_assert_int_eq(file.count, state->count);
    for (int i = 0; i < state->count; i++) {
        const struct tensor_view *want = &state->view[i];
        const struct tensor_view *have = safetensors_find(&file, want->name);
        ck_assert_msg(have != NULL, "%s", want->name);
        ck_assert_int_eq(have->type, want->type);
        ck_assert_int_eq(have->dims, want->dims);
        ck_assert_msg(memcmp(have->shape, want->shape, sizeof want->shape) == 0, "%s", want->name);
        ck_assert_mem_eq(have->data, want->data, tensor_view_bytes(want));
    }
    safetensors_close(&file);
}

/* --- what PyTorch wrote ----------------------------------------------------------------------- */

START_TEST(a_state_of_pytorch_comes_back_bit_by_bit)
{
    struct state state = open_fixture(fixtures[_i]);
    struct net *net = read_well(&state);
    check_written(&state, net);
    net_free(net);
    close_fixture(&state);
}
END_TEST

/* Some writers give a scalar the shape (1), and old states have no counters at all. */
START_TEST(counters_keep_their_form)
{
    struct state state = open_fixture(fixtures[_i]);
    for (int i = 0; i < state.count; i++)
        if (state.view[i].type == TENSOR_I64)
            state.view[i].dims = 1, state.view[i].shape[0] = 1;
    struct net *net = read_well(&state);
    ck_assert_int_eq(net->tracked[0], 7);
    check_written(&state, net);
    net_free(net);
    int count = 0;
    for (int i = 0; i < state.count; i++)
        if (state.view[i].type != TENSOR_I64)
            state.view[count++] = state.view[i];
    ck_assert_int_lt(count, state.count);
    state.count = count;
    net = read_well(&state);
    ck_assert_int_eq(net->tracked[0], 0);
    check_written(&state, net);
    net_free(net);
    close_fixture(&state);
}
END_TEST

START_TEST(one_counter_may_be_missing)
{
    struct state state = open_fixture("resnet20");
    drop(&state, "layer2.0.bn1.num_batches_tracked");
    struct net *net = read_well(&state);
    ck_assert_int_eq(net->tracked[0], 7);
    net_free(net);
    close_fixture(&state);
}
END_TEST

/* --- what a network is ------------------------------------------------------------------------ */

static const struct {
    const char *arch;
    double width;
    int classes, channels;
} made[] = {
    {"vgg11", 1, 10, 3},        {"vgg13", 0.25, 10, 1},      {"vgg16", 0.03125, 7, 3},
    {"vgg19", 0.1, 100, 3},     {"resnet20", 1, 10, 3},      {"resnet29", 0.5, 100, 1},
    {"resnet110", 0.3, 10, 3},  {"resnet164", 0.75, 10, 3},  {"densenet40", 1, 100, 3},
    {"densenet22", 1.5, 10, 1}, {"densenet100", 0.5, 10, 3},
};
enum { MADE = sizeof made / sizeof *made };

/* The tensors of such a network alone say what it is. */
START_TEST(names_and_shapes_tell_the_network)
{
    struct net_spec spec;
    struct net *net, *seen;
    struct error err = {0};
    char arch[16];
    ck_assert_int_eq(
        spec_make(made[_i].arch, made[_i].width, made[_i].classes, made[_i].channels, &spec, &err),
        0);
    ck_assert_int_eq(net_new(&spec, &net, &err), 0);
    struct state state = {.view = NEW(struct tensor_view, net->tensors), .count = net->tensors};
    net_views(net, state.view);
    seen = read_well(&state);
    ck_assert_str_eq(spec_print_arch(&seen->spec, arch), made[_i].arch);
    ck_assert_int_eq(seen->spec.classes, made[_i].classes);
    ck_assert_int_eq(seen->spec.channels, made[_i].channels);
    ck_assert_int_eq(seen->spec.gates, spec.gates);
    for (int g = 0; g < spec.gates; g++)
        ck_assert_int_eq(seen->spec.gate[g].channels, spec.gate[g].channels);
    for (int g = 0; g < spec.gates; g++) /* of equal factors the simplest */
        ck_assert_ptr_null(seen->spec.gate[g].select);
    ck_assert_double_le(fabs(seen->spec.width - made[_i].width), 0.05 * made[_i].width);
    net_free(net);
    net_free(seen);
    spec_done(&spec);
    free(state.view);
    unlink(path);
}
END_TEST

/* A network that keeps every other channel, of a first pruning every third. */
static struct net *make_slim(const struct net *full, int every)
{
    struct keep_mask mask = {.gates = full->gates};
    struct net *slim;
    struct error err = {0};
    mask.gate = NEW(struct keep_gate, full->gates);
    for (int g = 0; g < full->gates; g++) {
        mask.gate[g].keep = NEW(uint8_t, full->gate[g].channels);
        for (int k = 0; k < full->gate[g].kept; k++)
            if (k % every == 0) {
                mask.gate[g].keep[full->gate[g].channel[k]] = 1;
                mask.gate[g].kept++;
            }
    }
    ck_assert_int_eq(surgery_slim(full, &mask, &slim, &err), 0);
    mask_done(&mask);
    return slim;
}

/* Architecture, width and keep-mask stand in the metadata, also after the second pruning; the file
 * that is written of what was read is the same file. */
START_TEST(metadata_say_what_was_kept)
{
    struct net_spec spec;
    struct net *full, *once, *twice, *seen;
    struct error err = {0};
    char first[HASH_TEXT], second[HASH_TEXT];
    ck_assert_int_eq(spec_make("vgg11", 0.02, 10, 3, &spec, &err), 0);
    ck_assert_int_eq(net_new(&spec, &full, &err), 0);
    once = make_slim(full, 2);
    twice = make_slim(once, 3);
    ck_assert_int_eq(model_write(twice, MODEL_SELECT_NEEDED, path, NULL, first, &err), 0);
    ck_assert_int_eq(model_read(path, &seen, &err), 0);
    ck_assert_int_eq(model_write(seen, MODEL_SELECT_NEEDED, path, NULL, second, &err), 0);
    ck_assert_str_eq(first, second);
    ck_assert_double_eq(seen->spec.width, 0.02);
    ck_assert_int_eq(seen->spec.gate[0].channels, 2);
    ck_assert_int_eq(seen->spec.gate[0].full, 8);
    ck_assert_mem_eq(seen->spec.gate[0].keep, ((uint8_t[]){1, 0, 0, 0, 0, 0, 1, 0}), 8);
    net_free(full);
    net_free(once);
    net_free(twice);
    net_free(seen);
    spec_done(&spec);
    unlink(path);
}
END_TEST

START_TEST(metadata_that_disagree_are_not_heeded)
{
    static const char *const lies[] = {
        "", "no JSON", "{}", "{\"family\":\"vgg\",\"depth\":11,\"width\":1}",
        "{\"family\":\"vgg\",\"depth\":16,\"width\":1,\"classes\":10,\"channels\":3,\"gates\":[]}"};
    struct state state = open_fixture("vgg11");
    struct net *net;
    struct error err = {0};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct jvalue *metadata = jvalue_object();
        jvalue_set_text(metadata, "slimscope", lies[i]);
        ck_assert_int_eq(
            safetensors_write(path, state.view, state.count, metadata, NULL, NULL, &err), 0);
        ck_assert_msg(model_read(path, &net, &err) == 0, "%s", err.text);
        ck_assert_int_eq(net->spec.depth, 11);
        ck_assert_int_eq(net->spec.gate[3].channels, 9);
        jvalue_free(metadata);
        net_free(net);
    }
    close_fixture(&state);
}
END_TEST

/* --- what is refused -------------------------------------------------------------------------- */

static float one_nan[1], halves[10], negative[8], wide[9 * 1024];

static void add(struct state *state, const char *name, int dims, int64_t a, int64_t b, float *data)
{
    struct tensor_view view = {.type = TENSOR_F32, .dims = dims, .shape = {a, b}, .data = data};
    strcpy(view.name, name);
    state->view[state->count++] = view;
}

/* The same name with other content. */
static void replace(struct state *state, const char *name, int dims, int64_t a, int64_t b,
                    float *data)
{
    drop(state, name);
    add(state, name, dims, a, b, data);
}

static void spoil(struct state *state, int how)
{
    one_nan[0] = NAN;
    for (int i = 0; i < 10; i++)
        halves[i] = 0.5F;
    negative[3] = -1;
    switch (how) {
    case 0: state->count = 0; break;
    case 1: add(state, "layer9.weight", 1, 1, 0, halves); break;
    case 2: drop(state, "layer2.0.conv2.weight"); break;
    case 3: memcpy(view_of(state, "layer1.0.bn1.weight")->data, one_nan, sizeof one_nan); break;
    case 4: replace(state, "layer1.0.bn1.running_var", 1, 8, 0, negative); break;
    case 5: replace(state, "layer1.0.select.indexes", 1, 8, 0, halves); break;
    case 6: replace(state, "layer1.0.select.indexes", 1, 7, 0, halves); break;
    case 7: replace(state, "fc.weight", 2, 9000, 1, wide); break;
    case 8: replace(state, "fc.weight", 2, 300, 2, wide); break;
    case 9: replace(state, "layer1.0.bn2.weight", 1, 9000, 0, wide); break;
    case 10:
        replace(state, "layer1.0.bn2.weight", 1, 8000, 0, wide);
        replace(state, "layer1.0.bn3.weight", 1, 8000, 0, wide);
        break;
    case 11: drop(state, "layer1.0.select.indexes"); break;
    case 12:
        view_of(state, "layer1.0.bn1.weight")->type = TENSOR_F64,
                       view_of(state, "layer1.0.bn1.weight")->shape[0] = 4;
        break;
    case 13: drop(state, "layer1.0.conv1.weight"); break;
    case 14:
        view_of(state, "layer1.0.conv3.weight")->shape[0] = 31,
                       view_of(state, "layer1.0.conv3.weight")->shape[2] = 1;
        break;
    case 15: replace(state, "layer1.0.bn3.weight", 1, 0, 0, wide); break;
    case 16: replace(state, "select.indexes", 1, 76, 0, wide); break;
    default: ck_abort();
    }
}

static const char *const complaints[] = {
    "names are those of no network",
    "layer9.weight: has no place",
    "layer2.0.conv2.weight: is missing",
    "layer1.0.bn1.weight: holds NaN",
    "layer1.0.bn1.running_var: holds a negative",
    "layer1.0.select.indexes: holds 0.5",
    "layer1.0.select.indexes: is no F32 vector of 8",
    "fc.weight: absurd shape",
    "classes 300",
    "layer1.0.bn2.weight: absurd shape",
    "numbers where resnet20 of these widths has",
    "layer1.0.conv1.weight: is of shape",
    "layer1.0.bn1.weight",
    "names are those of no network",
    "layer1.0.conv3.weight: 31 outputs",
    "is of shape",
    "bn has no channels",
};
enum { COMPLAINTS = sizeof complaints / sizeof *complaints };

START_TEST(what_is_no_network_is_refused_with_a_line)
{
    struct state state = open_fixture("resnet20-slim");
    struct net *net;
    struct error err;
    spoil(&state, _i);
    ck_assert_int_eq(read_back(&state, &net, &err), ERROR_DATA);
    ck_assert_ptr_null(net);
    ck_assert_msg(strstr(err.text, complaints[_i]) != NULL, "%s", err.text);
    ck_assert_ptr_eq(strstr(err.text, path), err.text);
    ck_assert_ptr_null(strchr(err.text, '\n'));
    close_fixture(&state);
}
END_TEST

/* --- other formats ---------------------------------------------------------------------------- */

/* One array of the archive against the tensor: numpy's header (format 1.0), then the bytes. */
static void check_array(struct archive *zip, struct archive_entry *entry, const struct state *state)
{
    char name[TENSOR_NAME + 8], *bytes = NEW(char, 1 << 20);
    const char *header = bytes + 10;
    const struct tensor_view *view = NULL;
    for (int i = 0; i < state->count; i++) {
        snprintf(name, sizeof name, "%s.npy", state->view[i].name);
        if (text_equal(name, archive_entry_pathname(entry)))
            view = &state->view[i];
    }
    ck_assert_msg(view != NULL, "%s", archive_entry_pathname(entry));
    la_ssize_t length = archive_read_data(zip, bytes, 1 << 20);
    size_t start = 10 + (size_t)(uint8_t)bytes[8] + 256 * (size_t)(uint8_t)bytes[9];
    ck_assert_mem_eq(bytes, "\x93NUMPY\1\0", 8);
    ck_assert_uint_eq(start % 64, 0);
    ck_assert_int_eq(bytes[start - 1], '\n');
    ck_assert_int_eq(length, (la_ssize_t)(start + tensor_view_bytes(view)));
    ck_assert_mem_eq(bytes + start, view->data, tensor_view_bytes(view));
    const char *want = NULL;
    if (text_equal(view->name, "layer1.0.conv2.weight"))
        want = "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 8, 3, 3), } ";
    if (text_equal(view->name, "fc.bias"))
        want = "{'descr': '<f4', 'fortran_order': False, 'shape': (10,), } ";
    if (text_equal(view->name, "bn.num_batches_tracked"))
        want = "{'descr': '<i8', 'fortran_order': False, 'shape': (), } ";
    ck_assert(!want || strncmp(header, want, strlen(want)) == 0);
    free(bytes);
}

START_TEST(npz_holds_every_tensor_as_numpy_wants_it)
{
    struct state state = open_fixture("resnet20");
    struct error err = {0};
    char first[HASH_TEXT], second[HASH_TEXT];
    int64_t bytes;
    int entries = 0;
    ck_assert_int_eq(npz_write(other, state.view, state.count, &bytes, first, &err), 0);
    ck_assert_int_eq(npz_write(other, state.view, state.count, NULL, second, &err), 0);
    ck_assert_str_eq(first, second);
    struct archive *zip = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_format_zip(zip);
    ck_assert_int_eq(archive_read_open_filename(zip, other, 1 << 16), ARCHIVE_OK);
    for (; archive_read_next_header(zip, &entry) == ARCHIVE_OK; entries++)
        check_array(zip, entry, &state);
    ck_assert_int_eq(entries, state.count);
    archive_read_free(zip);
    unlink(other);
    close_fixture(&state);
}
END_TEST

/* What the graph computes is checked by parity/check-onnx.sh; here, that it is there and whole. */
START_TEST(onnx_depends_on_the_network_alone)
{
    struct state state = open_fixture(fixtures[_i]);
    struct net *net = read_well(&state);
    struct error err = {0};
    char first[HASH_TEXT], second[HASH_TEXT];
    int64_t bytes;
    ck_assert_int_eq(onnx_write(net, other, &bytes, first, &err), 0);
    ck_assert_int_eq(onnx_write(net, other, NULL, second, &err), 0);
    ck_assert_str_eq(first, second);
    int64_t weights = 0;
    for (int i = 0; i < net->ops; i++)
        if (net->op[i].weight >= 0)
            weights += (int64_t)(net->tensor[net->op[i].weight].count * sizeof(float));
    ck_assert_int_gt(bytes, weights);
    unlink(other);
    net_free(net);
    close_fixture(&state);
}
END_TEST

START_TEST(what_cannot_be_written_is_an_error)
{
    struct state state = open_fixture("vgg11");
    struct net *net = read_well(&state);
    struct error err = {0};
    ck_assert_int_ne(onnx_write(net, "no/such/folder/x.onnx", NULL, NULL, &err), 0);
    ck_assert_int_ne(npz_write("no/such/folder/x.npz", state.view, state.count, NULL, NULL, &err),
                     0);
    ck_assert_int_ne(model_write(net, MODEL_SELECT_NEEDED, "no/such/folder/x", NULL, NULL, &err),
                     0);
    net_free(net);
    close_fixture(&state);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, a_state_of_pytorch_comes_back_bit_by_bit, 0, FIXTURES);
    tcase_add_loop_test(all, counters_keep_their_form, 0, FIXTURES);
    tcase_add_test(all, one_counter_may_be_missing);
    tcase_add_loop_test(all, names_and_shapes_tell_the_network, 0, MADE);
    tcase_add_test(all, metadata_say_what_was_kept);
    tcase_add_test(all, metadata_that_disagree_are_not_heeded);
    tcase_add_loop_test(all, what_is_no_network_is_refused_with_a_line, 0, COMPLAINTS);
    tcase_add_test(all, npz_holds_every_tensor_as_numpy_wants_it);
    tcase_add_loop_test(all, onnx_depends_on_the_network_alone, 0, FIXTURES);
    tcase_add_test(all, what_cannot_be_written_is_an_error);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
