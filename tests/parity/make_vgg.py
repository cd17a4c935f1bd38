#!/usr/bin/python3
"""Makes vgg11.f32, which tests/unit/net/test_parity.c reads: a narrow VGG-11 in PyTorch, in double.

Inputs and weights come from a formula that both sides compute, so the file holds answers only, as
little-endian float32: logits (N, 10) and gradients of the first step, then for plain momentum and
for Nesterov's the losses of all steps, parameters, running means and variances (gate by gate)
after them, and the logits in evaluation mode.

    /usr/bin/python3 make_vgg.py vgg11.f32        (made with PyTorch 1.13)
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = [6, "M", 8, "M", 7, 9, "M", 8, 5, "M", 8, 6]
IMAGES, CLASSES, STEPS = 20, 10, 5
RATE, MOMENTUM, DECAY, LAMBDA = 0.05, 0.9, 1e-3, 1e-2


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width in WIDTHS:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False),
                       nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
        self.feature = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = F.avg_pool2d(self.feature(x), 2)
        return self.classifier(x.view(x.size(0), -1))


def noise(count, key):
    """Whole numbers mod 2003 over 1000, less 1: the same in C."""
    i = np.arange(count, dtype=np.uint64)
    hashed = (i * np.uint64(2654435761) + np.uint64(key * 40503 + 977)) % np.uint64(4294967296)
    return ((hashed >> np.uint64(7)) % np.uint64(2003)).astype(np.float64) / 1000 - 1


def fill(model):
    for index, (name, parameter) in enumerate(model.named_parameters()):
        values = noise(parameter.numel(), index + 1)
        if parameter.dim() == 4:
            values = values * np.float64(np.float32((2 / (parameter[0].numel())) ** 0.5))
        elif parameter.dim() == 1 and name.endswith("weight"):
            values = values * 0.25 + 0.5
        else:
            values = values * 0.1
        values = values.astype(np.float32).astype(np.float64)
        parameter.data.copy_(torch.from_numpy(values.reshape(tuple(parameter.shape))))


def flat(tensors):
    return [t.detach().numpy().ravel().copy() for t in tensors]


def train(nesterov, out):
    model = Vgg().double()
    fill(model)
    x = torch.from_numpy(noise(IMAGES * 3 * 1024, 0).reshape(IMAGES, 3, 32, 32))
    x = x.float().double()
    labels = torch.tensor([i * 7 % CLASSES for i in range(IMAGES)])
    optimiser = torch.optim.SGD(model.parameters(), RATE, MOMENTUM, weight_decay=DECAY,
                                nesterov=nesterov)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        if step == 0 and not nesterov:
            out += flat([logits]) + flat(p.grad for p in model.parameters())
        for norm in norms:
            norm.weight.grad.add_(LAMBDA * torch.sign(norm.weight.data))
        optimiser.step()
        losses.append(loss.item())
    out += [np.array(losses)] + flat(model.parameters())
    for norm in norms:
        out += flat([norm.running_mean, norm.running_var])
    model.eval()
    out += flat([model(x)])


def main():
    out = []
    train(False, out)
    train(True, out)
    np.concatenate(out).astype("<f4").tofile(sys.argv[1])


main()
