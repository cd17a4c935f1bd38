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
import states

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
    while nearest_to_zero(make(seed, *arguments, CLASSES)) < NEAR:
        seed += 1
    return make(seed, *arguments, CLASSES)


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
    made = {
        "vgg11": draw(states.vgg, [6, 8, 7, 9, 8, 5, 8, 6]),
        "resnet20": draw(states.resnet, 2, (8, 10, 19), False),
        "resnet20-slim": draw(states.resnet, 2, (8, 10, 19), True),
        "densenet10": draw(states.densenet, 2, 8, False),
        "densenet10-slim": draw(states.densenet, 2, 8, True),
    }
    for name, state in made.items():
        path = os.path.join(sys.argv[1], name)
        runs = ("tl1",) if name in ("resnet20", "densenet10") else RUNS
        networks.write(path + ".safetensors", state)
        networks.write(path + ".answers.safetensors", answer(state, "slim" not in name, runs))


main()
