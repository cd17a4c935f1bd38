#!/usr/bin/python3
"""Makes the fixtures that tests/unit/test_parity.c reads: small networks in PyTorch, in double.

    /usr/bin/python3 make-fixtures.py FOLDER        (made with PyTorch 1.13)

For each network two safetensors files: NAME.safetensors, a state as the reference code would have
saved it, with running statistics that are not trivial; NAME.answers.safetensors, what PyTorch makes
of it: logits in evaluation mode; of the first training step logits, loss and all gradients; and for
every penalty the losses of five steps, all gammas after them, gate by gate, and the logits in
evaluation mode; of full networks also all that tl1's steps made (of the full ResNet and DenseNet
these alone). Images come from a formula that
both sides compute.

A ReLU's input within float's error of 0 may go either way, and one that does shows in the gradients
of narrow networks. So a state is drawn anew until the first step has no input that near to 0.
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import networks

IMAGES, CLASSES, STEPS = 20, 10, 5
RATE, MOMENTUM, DECAY = 0.05, 0.9, 1e-3
LAMBDA, A, P, EPSILON = 1e-2, 50.0, 0.5, 1e-2
NEAR = 1e-6


def noise(count):
    """Whole numbers mod 2003 over 1000, less 1: the same in C."""
    hashed = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(977))
    hashed %= np.uint64(4294967296)
    return ((hashed >> np.uint64(7)) % np.uint64(2003)).astype(np.float64) / 1000 - 1


def slope(penalty, g):
    """What is added to a gamma's gradient."""
    size, sign = g.abs(), torch.sign(g)
    if penalty == "l1":
        return LAMBDA * sign
    if penalty == "lp":
        return LAMBDA * P * sign * size.clamp(min=EPSILON) ** (P - 1)
    if penalty == "tl1":
        return LAMBDA * 0.5 * 1.5 * sign / (0.5 + size) ** 2
    if penalty == "mcp":
        return sign * (LAMBDA - size / A).clamp(min=0)
    if penalty == "scad":
        tail = ((A * LAMBDA - size) / (A - 1)).clamp(min=0) * sign
        return torch.where(size <= LAMBDA, LAMBDA * sign, tail)
    return torch.zeros_like(g)


# --- states -------------------------------------------------------------------------------------


class Shapes:
    """A state in the making: tensors of random values under the reference code's names."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.state = {}

    def put(self, name, values):
        self.state[name] = torch.from_numpy(np.asarray(values, np.float32))

    def conv(self, name, out, into, size):
        spread = (2 / (size * size * into)) ** 0.5
        self.put(name + ".weight", spread * self.random.standard_normal((out, into, size, size)))

    def norm(self, name, channels, keep=None):
        """A batch norm; where channels are dropped, gamma and beta are 0."""
        keep = np.ones(channels) if keep is None else keep
        random = self.random
        self.put(name + ".weight", keep * random.uniform(0.02, 1, channels))
        self.put(name + ".bias", keep * 0.2 * random.standard_normal(channels))
        self.put(name + ".running_mean", 0.2 * random.standard_normal(channels))
        self.put(name + ".running_var", random.uniform(0.5, 1.5, channels))
        self.state[name + ".num_batches_tracked"] = torch.tensor(7)

    def gate(self, prefix, name, channels, slim):
        """A batch norm on a shared stream; returns how many channels are read behind it."""
        if not slim:
            self.norm(prefix + name, channels)
            return channels
        keep = (self.random.uniform(size=channels) < 0.6).astype(np.float32)
        keep[0] = 1
        self.norm(prefix + name, channels, keep)
        self.put(prefix + "select.indexes", keep)
        return int(keep.sum())

    def linear(self, name, into):
        self.put(name + ".weight", self.random.standard_normal((CLASSES, into)) / into ** 0.5)
        self.put(name + ".bias", 0.1 * self.random.standard_normal(CLASSES))


def vgg(seed, widths):
    shapes, into, module = Shapes(seed), 3, 0
    for index, width in enumerate(widths):
        shapes.conv(f"feature.{module}", width, into, 3)
        shapes.norm(f"feature.{module + 1}", width)
        module += 4 if index in networks.VGG_POOLS[len(widths) + 3] else 3
        into = width
    shapes.linear("classifier", into)
    return shapes.state


def resnet(seed, blocks, planes, slim):
    shapes, stream = Shapes(seed), planes[0]
    shapes.conv("conv1", stream, 3, 3)
    for stage, full in enumerate(planes, 1):
        for block in range(blocks):
            prefix = f"layer{stage}.{block}."
            one, two = (full - 3, full - 2 * (block + 1)) if slim else (full, full)
            shapes.conv(prefix + "conv1", one, shapes.gate(prefix, "bn1", stream, slim), 1)
            shapes.norm(prefix + "bn2", one)
            shapes.conv(prefix + "conv2", two, one, 3)
            shapes.norm(prefix + "bn3", two)
            shapes.conv(prefix + "conv3", 4 * full, two, 1)
            if block == 0:
                shapes.conv(prefix + "downsample.0", 4 * full, stream, 1)
            stream = 4 * full
    shapes.linear("fc", shapes.gate("", "bn", stream, slim))
    return shapes.state


def densenet(seed, layers, growth, slim):
    shapes, width = Shapes(seed), 2 * growth
    shapes.conv("conv1", width, 3, 3)
    for block in (1, 2, 3):
        for layer in range(layers):
            prefix = f"dense{block}.{layer}."
            shapes.conv(prefix + "conv1", growth, shapes.gate(prefix, "bn1", width, slim), 3)
            width += growth
        if block < 3:
            prefix = f"trans{block}."
            shapes.conv(prefix + "conv1", width, shapes.gate(prefix, "bn1", width, slim), 1)
    shapes.linear("fc", shapes.gate("", "bn", width, slim))
    return shapes.state


# --- answers ------------------------------------------------------------------------------------


def images():
    return torch.from_numpy(noise(IMAGES * 3 * 1024).reshape(IMAGES, 3, 32, 32)).float().double()


def nearest_to_zero(state):
    """The smallest input of any ReLU in the first step, dropped channels aside."""
    model, smallest = networks.network(state).double(), []

    def look(norm, _, output):
        smallest.append(output[:, norm.weight != 0].abs().min().item())

    for norm in model.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.register_forward_hook(look)
    with torch.no_grad():
        model(images())
    return min(smallest)


def draw(make, *arguments):
    """The first state whose ReLUs are sure of themselves."""
    seed = 1
    while nearest_to_zero(make(seed, *arguments)) < NEAR:
        seed += 1
    return make(seed, *arguments)


def train(state, penalty, nesterov, x, labels):
    """The model after STEPS steps, and the losses on the way."""
    model = networks.network(state).double()
    optimiser = torch.optim.SGD(model.parameters(), RATE, MOMENTUM, weight_decay=DECAY,
                                nesterov=nesterov)
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        for norm in model.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.weight.grad.add_(slope(penalty, norm.weight.data))
        optimiser.step()
        losses.append(loss.item())
    model.eval()
    return model, torch.tensor(losses)


RUNS = ("none", "l1", "lp", "tl1", "mcp", "scad", "nesterov")


def answer(state, full, runs):
    x = images()
    labels = torch.tensor([i * 7 % CLASSES for i in range(IMAGES)])
    model = networks.network(state).double()
    model.eval()
    answers = {"eval.logits": model(x)}
    model.train()
    answers["logits"] = model(x)
    answers["loss"] = F.cross_entropy(answers["logits"], labels)
    answers["loss"].backward()
    for name, parameter in model.named_parameters():
        answers["gradient." + name] = parameter.grad
    for run in runs:
        penalty = "l1" if run == "nesterov" else run
        model, answers[run + ".losses"] = train(state, penalty, run == "nesterov", x, labels)
        answers[run + ".logits"] = model(x)
        gammas = [m.weight for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
        answers[run + ".gamma"] = torch.cat(gammas)
        for name, tensor in model.state_dict().items():
            if run == "tl1" and full and tensor.dim() > 0:
                answers["tl1." + name] = tensor
    return {name: tensor.detach().float() for name, tensor in answers.items()}


def main():
    states = {
        "vgg11": draw(vgg, [6, 8, 7, 9, 8, 5, 8, 6]),
        "resnet20": draw(resnet, 2, (8, 10, 19), False),
        "resnet20-slim": draw(resnet, 2, (8, 10, 19), True),
        "densenet10": draw(densenet, 2, 8, False),
        "densenet10-slim": draw(densenet, 2, 8, True),
    }
    for name, state in states.items():
        path = os.path.join(sys.argv[1], name)
        runs = ("tl1",) if name in ("resnet20", "densenet10") else RUNS
        networks.write(path + ".safetensors", state)
        networks.write(path + ".answers.safetensors", answer(state, "slim" not in name, runs))


main()
