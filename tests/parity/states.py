"""Random states of the three families, as the reference code would have saved them."""
import numpy as np
import torch

from networks import VGG_POOLS


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

    def linear(self, name, into, classes):
        self.put(name + ".weight", self.random.standard_normal((classes, into)) / into ** 0.5)
        self.put(name + ".bias", 0.1 * self.random.standard_normal(classes))


def vgg(seed, widths, classes):
    shapes, into, module = Shapes(seed), 3, 0
    for index, width in enumerate(widths):
        shapes.conv(f"feature.{module}", width, into, 3)
        shapes.norm(f"feature.{module + 1}", width)
        module += 4 if index in VGG_POOLS[len(widths) + 3] else 3
        into = width
    shapes.linear("classifier", into, classes)
    return shapes.state


def resnet(seed, blocks, planes, slim, classes):
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
    shapes.linear("fc", shapes.gate("", "bn", stream, slim), classes)
    return shapes.state


def densenet(seed, layers, growth, slim, classes):
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
    shapes.linear("fc", shapes.gate("", "bn", width, slim), classes)
    return shapes.state
