"""The authors' pruning and counts, written again from their description, for check-published.sh.

    published.py state NETWORK CLASSES FILE              a full-size network of random weights
    published.py check FULL SLIM PERCENT PRUNING.json    what slimscope made of FULL against the rule

The rule: thr = the value at int(N * percent) of all sorted |gamma|; a channel stays if its |gamma| is
above it. Parameters are all numbers that training could change and the selection vectors. FLOPs are
counted in a forward pass: convolution 2 k k I O per pixel, batch norm 2 per input, ReLU 1 per input,
pooling modules k k per output, linear 2 I O + O; pooling by a function call is not counted.
"""
import json
import sys

import torch
from torch import nn

import networks
import states

MAKE = {
    "vgg19": lambda classes: states.vgg(
        1, [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8, classes),
    "resnet164": lambda classes: states.resnet(2, 18, (16, 32, 64), False, classes),
    "densenet40": lambda classes: states.densenet(3, 12, 12, False, classes),
}


def gates(state):
    """Batch norms in network order."""
    model = networks.network(state)
    return [name for name, module in model.named_modules() if isinstance(module, nn.BatchNorm2d)]


def selection(state, gate):
    """The selection of a gate on a shared stream, else None."""
    prefix, name = gate[:gate.rfind(".") + 1], gate[gate.rfind(".") + 1:]
    return state.get(prefix + "select.indexes") if name in ("bn1", "bn") else None


def masks(state, percent):
    names = gates(state)
    gamma = torch.cat([state[name + ".weight"].abs() for name in names])
    ordered = sorted(gamma.tolist())
    threshold = ordered[int(len(ordered) * percent)]
    return {name: above(state[name + ".weight"].abs(), threshold) for name in names}


def above(size, threshold):
    """An empty layer would stop the authors' scripts; slimscope keeps its largest channel."""
    mask = size > threshold
    if not mask.any():
        mask[size.argmax()] = True
    return mask


def count_parameters(state):
    trained = ("weight", "bias", "indexes")
    return sum(t.numel() for name, t in state.items() if name.rpartition(".")[2] in trained)


def count_flops(state):
    model = networks.network(state).eval()
    total = 0

    def see(module, inputs, output):
        nonlocal total
        x = inputs[0]
        if isinstance(module, nn.Conv2d):
            total += 2 * module.weight[0].numel() * output.numel()
        elif isinstance(module, nn.BatchNorm2d):
            total += 2 * x.numel()
        elif isinstance(module, nn.MaxPool2d):
            total += 4 * output.numel()
        elif isinstance(module, nn.Linear):
            total += 2 * module.weight.numel() + module.bias.numel()

    for module in model.modules():
        module.register_forward_hook(see)
    with torch.no_grad():
        model(torch.zeros(1, 3, 32, 32))
    return total + count_functions(model)


def count_functions(model):
    """What is no module here: the ReLU behind every batch norm, on the channels that are read, and
    the 8x8 average pool of ResNet and DenseNet."""
    total, read = 0, {}

    def see(name):
        def hook(_, inputs, output):
            read[name] = output.numel()
        return hook

    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_hook(see(name))
    for name, module in model.named_modules():
        if name.rpartition(".")[2] == "select":
            module.register_forward_hook(see(name.rpartition("select")[0] + "bn1"
                                             if "." in name else "bn"))
    with torch.no_grad():
        model(torch.zeros(1, 3, 32, 32))
    total = sum(read.values())
    if hasattr(model, "fc"):
        total += 64 * model.fc.weight.shape[1]
    return total


def masked(state, keep):
    """The network that the authors evaluate before they cut: dropped gamma and beta are 0."""
    result = {name: tensor.clone() for name, tensor in state.items()}
    for gate, mask in keep.items():
        result[gate + ".weight"] *= mask
        result[gate + ".bias"] *= mask
    return networks.network(result).eval()


def check(full, slim, percent, said):
    keep = masks(full, percent)
    for layer in said["layers"]:
        same(layer["name"], layer["kept"], int(keep[layer["name"]].sum()))
    for gate, mask in keep.items():
        indexes = selection(slim, gate)
        if indexes is not None:
            same(gate + ": mask", indexes.bool().tolist(), mask.tolist())
        else:
            same(gate + ": gamma", slim[gate + ".weight"].tolist(),
                 full[gate + ".weight"][mask].tolist())
    with_selections = dict(full)
    for name in slim:
        if name.endswith("indexes"):
            with_selections[name] = torch.ones_like(slim[name])
    same("parameters", said["parameters_published"], count_parameters(slim))
    same("parameters before", said["parameters_before"], count_parameters(full))
    same("FLOPs before", said["flops_before"], count_flops(with_selections))
    same("FLOPs", said["flops"], count_flops(slim))
    x = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        a, b = masked(full, keep)(x), networks.network(slim).eval()(x)
    off = ((a - b).abs().max() / a.abs().max()).item()
    print(f"masked against small: {off:.1e}")
    same("masked and small agree", off < 1e-5, True)


def same(what, have, want):
    if have != want:
        sys.exit(f"{what}: {have} instead of {want}")


def main():
    if sys.argv[1] == "state":
        _, _, network, classes, path = sys.argv
        networks.write(path, MAKE[network](int(classes)))
        return
    _, _, full, slim, percent, said = sys.argv
    with open(said) as file:
        check(networks.read(full), networks.read(slim), float(percent), json.load(file))


main()
