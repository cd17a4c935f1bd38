#include "format/onnx.h"

#include <src/format/onnx.pb-c.h> /* made from onnx.proto */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "format/sink.h"

enum { IR_VERSION = 7, OPSET = 13, NAME = 2 * TENSOR_NAME };

/* A graph in the making. All of its messages, arrays and texts are on the heap, so that protobuf-c
 * frees them. */
struct graph {
    const struct net *net;
    Onnx__GraphProto *proto;
    char (*value)[NAME]; /* (maps) the name of what the map holds so far */
};

#define APPEND(array, count, item)                                                                 \
    ((array) = memory_grow(array, (count) + 1, sizeof *(array)), (array)[(count)++] = (item))

/* --- messages --------------------------------------------------------------------------------- */

static Onnx__NodeProto *add_node(struct graph *graph, const char *type, const char *name,
                                 const char *input, const char *output)
{
    Onnx__NodeProto *node = NEW(Onnx__NodeProto, 1);
    onnx__node_proto__init(node);
    node->op_type = memory_copy_text(type);
    node->name = memory_copy_text(name);
    APPEND(node->input, node->n_input, memory_copy_text(input));
    APPEND(node->output, node->n_output, memory_copy_text(output));
    APPEND(graph->proto->node, graph->proto->n_node, node);
    return node;
}

static void add_input(Onnx__NodeProto *node, const char *name)
{
    APPEND(node->input, node->n_input, memory_copy_text(name));
}

static Onnx__AttributeProto *add_attribute(Onnx__NodeProto *node, const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *attribute = NEW(Onnx__AttributeProto, 1);
    onnx__attribute_proto__init(attribute);
    attribute->name = memory_copy_text(name);
    attribute->has_type = 1;
    attribute->type = type;
    APPEND(node->attribute, node->n_attribute, attribute);
    return attribute;
}

static void add_int(Onnx__NodeProto *node, const char *name, int value)
{
    Onnx__AttributeProto *attribute =
        add_attribute(node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    attribute->has_i = 1;
    attribute->i = value;
}

static void add_float(Onnx__NodeProto *node, const char *name, double value)
{
    Onnx__AttributeProto *attribute =
        add_attribute(node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    attribute->has_f = 1;
    attribute->f = (float)value;
}

/* `count` times the same value: sizes are square here. */
static void add_ints(Onnx__NodeProto *node, const char *name, int value, int count)
{
    Onnx__AttributeProto *attribute =
        add_attribute(node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    for (int i = 0; i < count; i++)
        APPEND(attribute->ints, attribute->n_ints, value);
}

/* A constant of `bytes` bytes, which it takes over. */
static void add_constant(struct graph *graph, const char *name, Onnx__TensorProto__DataType type,
                         const int *shape, int dims, void *data, size_t bytes)
{
    Onnx__TensorProto *tensor = NEW(Onnx__TensorProto, 1);
    onnx__tensor_proto__init(tensor);
    tensor->name = memory_copy_text(name);
    tensor->has_data_type = 1;
    tensor->data_type = (int32_t)type;
    for (int d = 0; d < dims; d++)
        APPEND(tensor->dims, tensor->n_dims, shape[d]);
    tensor->has_raw_data = 1;
    tensor->raw_data = (ProtobufCBinaryData){bytes, data};
    APPEND(graph->proto->initializer, graph->proto->n_initializer, tensor);
}

/* A parameter as it stands; it is also the node's next input. */
static void add_parameter(struct graph *graph, Onnx__NodeProto *node, int index)
{
    const struct tensor *tensor = &graph->net->tensor[index];
    size_t bytes = tensor->count * sizeof(float);
    add_constant(graph, tensor->name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, tensor->shape,
                 tensor->dims, memory_copy(net_parameter(graph->net, index), bytes), bytes);
    add_input(node, tensor->name);
}

/* "feature.0" of "feature.0.weight". */
static void name_owner(const struct graph *graph, int tensor, char name[NAME])
{
    const char *full = graph->net->tensor[tensor].name;
    snprintf(name, NAME, "%.*s", (int)(strrchr(full, '.') - full), full);
}

/* --- operators -------------------------------------------------------------------------------- */

/* The kept channels of γ, β or a running statistic, as the batch norm's next input. */
static void add_kept(struct graph *graph, Onnx__NodeProto *node, const struct gate *gate, int index)
{
    const struct net *net = graph->net;
    const struct tensor *tensor = &net->tensor[index];
    const float *from =
        (tensor->role < ROLE_RUNNING_MEAN ? net->parameter : net->statistic) + tensor->offset;
    float *values = NEW(float, gate->kept);
    for (int k = 0; k < gate->kept; k++)
        values[k] = from[gate->channel[k]];
    add_constant(graph, tensor->name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, &gate->kept, 1, values,
                 (size_t)gate->kept * sizeof *values);
    add_input(node, tensor->name);
}

/* Chooses channels; `value`, the name of what is read, becomes that of what is chosen. */
static void add_selection(struct graph *graph, const struct gate *gate, char value[NAME])
{
    char name[NAME], indices[NAME];
    int64_t *channel = NEW(int64_t, gate->kept);
    for (int k = 0; k < gate->kept; k++)
        channel[k] = gate->channel[k];
    snprintf(name, sizeof name, "%s.select", gate->name);
    snprintf(indices, sizeof indices, "%s.select.indices", gate->name);
    Onnx__NodeProto *node = add_node(graph, "Gather", name, value, name);
    add_constant(graph, indices, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, &gate->kept, 1, channel,
                 (size_t)gate->kept * sizeof *channel);
    add_input(node, indices);
    add_int(node, "axis", 1);
    memcpy(value, name, NAME);
}

/* Channels → batch norm → ReLU. */
static void add_gate(struct graph *graph, const struct gate *gate, char value[NAME])
{
    char name[NAME];
    if (gate->kept < gate->channels)
        add_selection(graph, gate, value);
    Onnx__NodeProto *node = add_node(graph, "BatchNormalization", gate->name, value, gate->name);
    add_kept(graph, node, gate, gate->gamma);
    add_kept(graph, node, gate, gate->beta);
    add_kept(graph, node, gate, gate->running_mean);
    add_kept(graph, node, gate, gate->running_variance);
    add_float(node, "epsilon", NET_BN_EPSILON);
    add_float(node, "momentum", 1 - NET_BN_MOMENTUM);
    snprintf(name, sizeof name, "%s.relu", gate->name);
    add_node(graph, "Relu", name, gate->name, name);
    memcpy(value, name, NAME);
}

static void add_conv(struct graph *graph, const struct op *op, const char *name, char value[NAME])
{
    Onnx__NodeProto *node = add_node(graph, "Conv", name, value, name);
    add_parameter(graph, node, op->weight);
    add_ints(node, "kernel_shape", op->kernel, 2);
    add_ints(node, "pads", op->kernel / 2, 4);
    add_ints(node, "strides", op->stride, 2);
    memcpy(value, name, NAME);
}

/* A layer that lost all its inputs: zeros, in the shape of its map. */
static void add_zeros(struct graph *graph, const struct op *op, const char *name, char value[NAME])
{
    char weight[NAME];
    int shape[] = {op->out_count, graph->net->gate[op->gate].channels, 1, 1};
    size_t bytes = (size_t)shape[0] * (size_t)shape[1] * sizeof(float);
    Onnx__NodeProto *node = add_node(graph, "Conv", name, value, name);
    snprintf(weight, sizeof weight, "%.100s.zeros", name);
    add_constant(graph, weight, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, shape, 4,
                 memory_new(bytes, 1), bytes);
    add_input(node, weight);
    add_ints(node, "strides", op->stride, 2);
    memcpy(value, name, NAME);
}

static void add_pool(struct graph *graph, const struct op *op, const char *name, char value[NAME])
{
    bool whole = op->body == OP_AVERAGE_POOL && op->kernel == graph->net->map[op->in].height;
    const char *type = op->body == OP_MAX_POOL ? "MaxPool" : "AveragePool";
    Onnx__NodeProto *node = add_node(graph, whole ? "GlobalAveragePool" : type, name, value, name);
    if (!whole) {
        add_ints(node, "kernel_shape", op->kernel, 2);
        add_ints(node, "strides", op->stride, 2);
    }
    memcpy(value, name, NAME);
}

/* What it leaves is "logits": it is the last operator. */
static void add_linear(struct graph *graph, const struct op *op, const char *name, char value[NAME])
{
    char flat[NAME];
    snprintf(flat, sizeof flat, "%.100s.flatten", name);
    Onnx__NodeProto *node = add_node(graph, "Flatten", flat, value, flat);
    add_int(node, "axis", 1);
    node = add_node(graph, "Gemm", name, flat, "logits");
    add_parameter(graph, node, op->weight);
    add_parameter(graph, node, op->bias);
    add_int(node, "transB", 1);
    strcpy(value, "logits");
}

/* Puts a result where the operator leaves it: on the stream, at the end of the map, or as it. */
static void leave(struct graph *graph, const struct op *op, const char *name, char value[NAME])
{
    char *held = graph->value[op->out], to[NAME];
    if (op->add) {
        snprintf(to, sizeof to, "%.100s.add", name);
        add_input(add_node(graph, "Add", to, value, to), graph->value[op->addend]);
        memcpy(value, to, NAME);
    } else if (op->out_first > 0) {
        snprintf(to, sizeof to, "%.100s.concat", name);
        Onnx__NodeProto *node = add_node(graph, "Concat", to, held, to);
        add_input(node, value);
        add_int(node, "axis", 1);
        memcpy(value, to, NAME);
    }
    memcpy(held, value, NAME);
}

static void add_op(struct graph *graph, int index)
{
    const struct op *op = &graph->net->op[index];
    char value[NAME], name[NAME];
    memcpy(value, graph->value[op->in], NAME);
    if (op->out_count == 0 || (op->add && op->in_count == 0)) {
        if (op->add) /* a branch that adds nothing */
            memcpy(graph->value[op->out], graph->value[op->addend], NAME);
        return;
    }
    if (op->weight >= 0)
        name_owner(graph, op->weight, name);
    else
        snprintf(name, sizeof name, "pool.%d", index);
    if (op->gate >= 0 && op->in_count > 0)
        add_gate(graph, &graph->net->gate[op->gate], value);
    switch (op->body) {
    case OP_CONV:
        if (op->in_count > 0)
            add_conv(graph, op, name, value);
        else
            add_zeros(graph, op, name, value);
        break;
    case OP_MAX_POOL:
    case OP_AVERAGE_POOL: add_pool(graph, op, name, value); break;
    case OP_LINEAR: add_linear(graph, op, name, value); break;
    case OP_BODIES: break;
    }
    leave(graph, op, name, value);
}

/* --- the model -------------------------------------------------------------------------------- */

/* A float tensor (N, shape…) that goes in or comes out. */
static Onnx__ValueInfoProto *make_value(const char *name, const int *shape, int dims)
{
    Onnx__ValueInfoProto *info = NEW(Onnx__ValueInfoProto, 1);
    Onnx__TypeProto__Tensor *tensor = NEW(Onnx__TypeProto__Tensor, 1);
    onnx__value_info_proto__init(info);
    onnx__type_proto__tensor__init(tensor);
    info->name = memory_copy_text(name);
    info->type = NEW(Onnx__TypeProto, 1);
    onnx__type_proto__init(info->type);
    info->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    info->type->tensor_type = tensor;
    tensor->has_elem_type = 1;
    tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->shape = NEW(Onnx__TensorShapeProto, 1);
    onnx__tensor_shape_proto__init(tensor->shape);
    for (int d = -1; d < dims; d++) {
        Onnx__TensorShapeProto__Dimension *dim = NEW(Onnx__TensorShapeProto__Dimension, 1);
        onnx__tensor_shape_proto__dimension__init(dim);
        if (d < 0) {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
            dim->dim_param = memory_copy_text("N");
        } else {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
            dim->dim_value = shape[d];
        }
        APPEND(tensor->shape->dim, tensor->shape->n_dim, dim);
    }
    return info;
}

static Onnx__GraphProto *make_graph(const struct net *net)
{
    const struct net_spec *spec = &net->spec;
    struct graph graph = {.net = net, .proto = NEW(Onnx__GraphProto, 1)};
    Onnx__GraphProto *proto = graph.proto;
    char arch[16];
    onnx__graph_proto__init(proto);
    proto->name = memory_copy_text(spec_print_arch(spec, arch));
    graph.value = memory_new((size_t)net->maps, sizeof *graph.value);
    strcpy(graph.value[0], "input");
    for (int i = 0; i < net->ops; i++)
        add_op(&graph, i);
    int image[] = {spec->channels, NET_SIDE, NET_SIDE};
    APPEND(proto->input, proto->n_input, make_value("input", image, 3));
    APPEND(proto->output, proto->n_output, make_value("logits", &spec->classes, 1));
    free(graph.value);
    return proto;
}

static Onnx__ModelProto *make_model(const struct net *net)
{
    Onnx__ModelProto *model = NEW(Onnx__ModelProto, 1);
    Onnx__OperatorSetIdProto *opset = NEW(Onnx__OperatorSetIdProto, 1);
    Onnx__StringStringEntryProto *entry = NEW(Onnx__StringStringEntryProto, 1);
    struct jvalue *json = spec_to_json(&net->spec);
    onnx__model_proto__init(model);
    onnx__operator_set_id_proto__init(opset);
    onnx__string_string_entry_proto__init(entry);
    model->has_ir_version = 1;
    model->ir_version = IR_VERSION;
    model->producer_name = memory_copy_text("slimscope");
    model->graph = make_graph(net);
    opset->domain = memory_copy_text("");
    opset->has_version = 1;
    opset->version = OPSET;
    APPEND(model->opset_import, model->n_opset_import, opset);
    entry->key = memory_copy_text("slimscope");
    entry->value = jvalue_print(json);
    APPEND(model->metadata_props, model->n_metadata_props, entry);
    jvalue_free(json);
    return model;
}

/* --- the file --------------------------------------------------------------------------------- */

/* Where protobuf-c puts the bytes: straight into the file. */
struct buffer {
    ProtobufCBuffer base;
    struct sink *sink;
};

static void append(ProtobufCBuffer *base, size_t length, const uint8_t *bytes)
{
    sink_put(((struct buffer *)base)->sink, bytes, length);
}

int onnx_write(const struct net *net, const char *path, int64_t *bytes, char hash[HASH_TEXT],
               struct error *err)
{
    struct sink sink;
    int code = sink_open(&sink, path, err);
    if (code)
        return code;
    struct buffer buffer = {.base = {append}, .sink = &sink};
    Onnx__ModelProto *model = make_model(net);
    protobuf_c_message_pack_to_buffer(&model->base, &buffer.base);
    onnx__model_proto__free_unpacked(model, NULL);
    return sink_close(&sink, bytes, hash);
}
