"""The three families in PyTorch, full and slim, as the tests' second opinion.

Modules carry the reference code's names, so a state_dict is what slimscope reads and writes. Shapes
come from a state alone: `network(state)` makes the module that fits it and loads it. A gate on a
shared stream (ResNet's bn1 and bn, all of DenseNet's) reads the channels of its `select.indexes`,
or all where there is none.
"""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

VGG_POOLS = {11: (0, 1, 3, 5), 13: (1, 3, 5, 7), 16: (1, 3, 6, 9), 19: (1, 3, 7, 11)}


class Select(nn.Module):
    def __init__(self, indexes):
        super().__init__()
        self.register_buffer("indexes", torch.zeros_like(indexes))
        self.kept = torch.nonzero(indexes).flatten()

    def forward(self, x):
        return x.index_select(1, self.kept)


def select(state, prefix):
    indexes = state.get(prefix + "select.indexes")
    return nn.Identity() if indexes is None else Select(indexes)


def conv(state, name, stride=1):
    out, into, size, _ = state[name + ".weight"].shape
    return nn.Conv2d(into, out, size, stride, size // 2, bias=False)


def norm(state, name):
    return nn.BatchNorm2d(len(state[name + ".weight"]))


def linear(state, name):
    return nn.Linear(*reversed(state[name + ".weight"].shape))


class Vgg(nn.Module):
    def __init__(self, state):
        super().__init__()
        count = sum(name.endswith("running_mean") for name in state)
        layers = []
        for index in range(count):
            name = f"feature.{len(layers)}"
            layers += [conv(state, name), norm(state, f"feature.{len(layers) + 1}"), nn.ReLU()]
            if index in VGG_POOLS[count + 3]:
                layers.append(nn.MaxPool2d(2))
        self.feature = nn.Sequential(*layers)
        self.classifier = linear(state, "classifier")

    def forward(self, x):
        return self.classifier(F.avg_pool2d(self.feature(x), 2).flatten(1))


class Bottleneck(nn.Module):
    def __init__(self, state, prefix, stride):
        super().__init__()
        self.bn1, self.select = norm(state, prefix + "bn1"), select(state, prefix)
        self.conv1 = conv(state, prefix + "conv1")
        self.bn2, self.conv2 = norm(state, prefix + "bn2"), conv(state, prefix + "conv2", stride)
        self.bn3, self.conv3 = norm(state, prefix + "bn3"), conv(state, prefix + "conv3")
        if prefix + "downsample.0.weight" in state:
            self.downsample = nn.Sequential(conv(state, prefix + "downsample.0", stride))

    def forward(self, x):
        kept = self.downsample(x) if hasattr(self, "downsample") else x
        if self.conv3.weight.numel() == 0:  # a branch that lost all channels of a gate
            return kept
        h = self.conv1(F.relu(self.select(self.bn1(x))))
        h = self.conv2(F.relu(self.bn2(h)))
        return kept + self.conv3(F.relu(self.bn3(h)))


def members(state, prefix):
    return len({name.split(".")[1] for name in state if name.startswith(prefix + ".")})


class ResNet(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.conv1 = conv(state, "conv1")
        for stage in (1, 2, 3):
            blocks = [Bottleneck(state, f"layer{stage}.{b}.", 2 if stage > 1 and b == 0 else 1)
                      for b in range(members(state, f"layer{stage}"))]
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.bn, self.select = norm(state, "bn"), select(state, "")
        self.fc = linear(state, "fc")

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.avg_pool2d(F.relu(self.select(self.bn(x))), 8).flatten(1))


class Dense(nn.Module):
    def __init__(self, state, prefix):
        super().__init__()
        self.bn1, self.select = norm(state, prefix + "bn1"), select(state, prefix)
        self.conv1 = conv(state, prefix + "conv1")

    def forward(self, x):
        return torch.cat((x, self.conv1(F.relu(self.select(self.bn1(x))))), 1)


class Transition(Dense):
    def forward(self, x):
        return F.avg_pool2d(self.conv1(F.relu(self.select(self.bn1(x)))), 2)


class DenseNet(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.conv1 = conv(state, "conv1")
        for block in (1, 2, 3):
            layers = [Dense(state, f"dense{block}.{l}.")
                      for l in range(members(state, f"dense{block}"))]
            setattr(self, f"dense{block}", nn.Sequential(*layers))
            if block < 3:
                setattr(self, f"trans{block}", Transition(state, f"trans{block}."))
        self.bn, self.select = norm(state, "bn"), select(state, "")
        self.fc = linear(state, "fc")

    def forward(self, x):
        x = self.trans2(self.dense2(self.trans1(self.dense1(self.conv1(x)))))
        x = self.select(self.bn(self.dense3(x)))
        return self.fc(F.avg_pool2d(F.relu(x), 8).flatten(1))


def network(state):
    """The module that has a state's names and shapes, with the state in it."""
    kind = Vgg if "classifier.weight" in state else \
        ResNet if "layer1.0.conv1.weight" in state else DenseNet
    model = kind(state)
    model.load_state_dict(state, strict=True)
    return model


DTYPES = {"F32": np.float32, "I64": np.int64}


def read(path):
    """The tensors of a safetensors file by name."""
    with open(path, "rb") as file:
        raw = file.read()
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + at for at in entry["data_offsets"])
        flat = np.frombuffer(raw[begin:end], DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(flat.reshape(entry["shape"]).copy())
    return tensors


def write(path, tensors):
    """Tensors as a safetensors file, 64-bit integers first, so that all numbers are aligned."""
    header, data, at = {}, [], 0
    for name, tensor in sorted(tensors.items(), key=lambda t: (t[1].dtype != torch.int64, t[0])):
        whole = tensor.dtype == torch.int64
        bytes_ = np.ascontiguousarray(tensor.numpy(), "<i8" if whole else "<f4").tobytes()
        header[name] = {"dtype": "I64" if whole else "F32", "shape": list(tensor.shape),
                        "data_offsets": [at, at + len(bytes_)]}
        data.append(bytes_)
        at += len(bytes_)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))
