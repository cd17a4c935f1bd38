#!/usr/bin/python3
"""peer.py PROGRAM [NETWORK...] [--rounds 3] [--batch 64] [--threads N]: PROGRAM against PyTorch.

NETWORK: vgg19, resnet164, densenet40 (the default) or others of the three families; vgg19@0.7
leaves out 70 % of every layer's channels, vgg19@49,64,128,... has that many. Each round runs
`PROGRAM bench` and every variant of PyTorch (images first or channels last, evaluation as it is or
with batch norm folded and the graph frozen) in turn, each in a process of its own; medians over the
rounds count, and PyTorch's best variant. Needs python3-torch, and a quiet machine.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time

VGG = {11: "64 128 256*2 512*4", 13: "64*2 128*2 256*2 512*4", 16: "64*2 128*2 256*3 512*6",
       19: "64*2 128*2 256*4 512*8"}
VARIANTS = ["images-first", "channels-last", "folded"]
SPEEDS = ["train_images_per_second", "eval_images_per_second"]
STEPS, WARM_UP = 5, 2


def vgg_widths(arch, shape):
    full = [int(width) for word in VGG[int(arch[3:])].split()
            for width in word.split("*")[:1] * int((word + "*1").split("*")[1])]
    if "," in shape:
        return [int(width) for width in shape.split(",")]
    return [width - math.floor(width * float(shape or 0)) for width in full]


def make(arch, shape):
    """The network in PyTorch, as the parity tests have it."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity"))
    import networks
    import states
    if arch.startswith("vgg"):
        state = states.vgg(1, vgg_widths(arch, shape), 10)
    elif arch.startswith("resnet"):
        state = states.resnet(1, (int(arch[6:]) - 2) // 9, (16, 32, 64), False, 10)
    else:
        state = states.densenet(1, (int(arch[8:]) - 4) // 3, 12, False, 10)
    return networks.network(state)


def median_time(step):
    times = []
    for i in range(WARM_UP + STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times[WARM_UP:])


def run_torch(name, variant, batch, threads):
    """Prints the speeds of one variant as JSON."""
    import torch
    torch.set_num_threads(threads)
    arch, _, shape = name.partition("@")
    model, x = make(arch, shape), torch.randn(batch, 3, 32, 32)
    labels = torch.arange(batch) % 10
    if variant == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    sgd = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)

    def train():
        sgd.zero_grad()
        torch.nn.functional.cross_entropy(model(x), labels).backward()
        sgd.step()

    speeds = [0, 0]
    if variant != "folded":
        speeds[0] = batch / median_time(train)
    model.eval()
    with torch.no_grad():
        if variant == "folded":
            model = torch.jit.optimize_for_inference(torch.jit.trace(model, x))
        speeds[1] = batch / median_time(lambda: model(x))
    print(json.dumps(dict(zip(SPEEDS, speeds))))


def last_line(command):
    # glibc keeps what it has: PyTorch gains by it.
    kept = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000"}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True,
                          env={**os.environ, **kept})
    return json.loads(done.stdout.strip().splitlines()[-1])


def bench(program, name, batch, threads):
    arch, _, shape = name.partition("@")
    option = ["--widths" if "," in shape else "--ratio", shape] if shape else []
    return last_line([program, "bench", "--json", "--arch", arch, "--batch", str(batch),
                      "--threads", str(threads), *option])


def compare(name, runs):
    """A row of the table: both speeds and their ratios."""
    ratios, cells = [], ""
    for speed in SPEEDS:
        medians = {who: statistics.median(run[speed] for run in runs[who]) for who in runs}
        ours = medians.pop("ours")
        best = max(medians, key=medians.get)
        ratios.append(ours / medians[best])
        cells += f"{ours:10.1f}{medians[best]:10.1f}{ratios[-1]:7.2f}  {best:14}"
    print(f"{name[:16]:16}{cells}", flush=True)
    return ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("network", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--variant", help=argparse.SUPPRESS)
    asked = parser.parse_intermixed_args()
    if asked.variant:
        run_torch(asked.network[0], asked.variant, asked.batch, asked.threads)
        return
    names = asked.network or ["vgg19", "resnet164", "densenet40"]
    size = ["--batch", str(asked.batch), "--threads", str(asked.threads)]
    runs = {name: {who: [] for who in ["ours", *VARIANTS]} for name in names}
    for _ in range(asked.rounds):
        for name in names:
            runs[name]["ours"].append(bench(asked.program, name, asked.batch, asked.threads))
            for variant in VARIANTS:
                runs[name][variant].append(last_line(
                    [sys.executable, __file__, asked.program, name, "--variant", variant, *size]))
    print(f"{'network':16}{'train/s':>10}{'PyTorch':>10}{'ratio':>7}  {'variant':14}"
          f"{'eval/s':>10}{'PyTorch':>10}{'ratio':>7}  variant")
    ratios = [compare(name, runs[name]) for name in names]
    means = [math.exp(statistics.mean(map(math.log, column))) for column in zip(*ratios)]
    print(f"geometric means: training {means[0]:.2f}, evaluation {means[1]:.2f}")


main()
