#!/usr/bin/env python3
"""growth.py PROGRAM [-o FILE.tsv] [AXIS...]: what growth costs.

Images a second of training and evaluation against width factor, batch, depth, threads and pruning
ratio (AXIS: width batch depth threads ratio; default all), by `PROGRAM bench`. Prints a table, whose
"per MAC" columns are speed times MACs beside the first row of the same curve: 1 is growth in
proportion. With -o the rows are added to a file of tab-separated values. Run it on a quiet machine.
"""
import argparse
import json
import os
import subprocess

RATIOS = ["0", "0.1", "0.3", "0.5", "0.7", "0.8", "0.9"]
CURVES = {
    "width": [("vgg16", "--width", ["1", "0.5", "0.25", "0.125"])],
    "batch": [("vgg16", "--batch", ["64", "16", "32", "128", "256"])],
    "depth": [("", "--arch", ["resnet20", "resnet56", "resnet110", "resnet164"])],
    "threads": [(arch, "--threads", ["1", "2"]) for arch in ("vgg19", "resnet164", "densenet40")],
    "ratio": [(arch, "--ratio", RATIOS) for arch in ("vgg19", "resnet164", "densenet40")],
}
COLUMNS = ["axis", "network", "value", "macs", "train_images_per_second",
           "eval_images_per_second", "memory_bytes"]


def bench(program, arguments, steps):
    command = [program, "bench", "--json", "--steps", str(steps), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def points(program, axis, networks, steps):
    for arch, option, values in CURVES[axis]:
        first = None
        if networks and arch not in networks:
            continue
        for value in values:
            arguments = (["--arch", arch] if arch else []) + [option, value]
            row = bench(program, arguments, steps)
            first = first or row
            yield {"axis": axis, "network": row["arch"], "value": value, **row}, first


def show(row, first):
    def per_mac(key):
        return row[key] * row["macs"] / (first[key] * first["macs"])
    train, evaluation = "train_images_per_second", "eval_images_per_second"
    value = "" if row["value"] == row["network"] else row["value"]
    print(f"{row['axis']:9}{row['network']:12}{value:>8}{row['macs'] / 1e6:10.1f}"
          f"{row[train]:10.0f}{per_mac(train):9.2f}{row[evaluation]:10.0f}"
          f"{per_mac(evaluation):9.2f}{row['memory_bytes'] / 1e6:9.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("axis", nargs="*")
    parser.add_argument("-o", dest="file")
    parser.add_argument("--network", action="append", help="only the curves of this one")
    parser.add_argument("--steps", type=int, default=5)
    asked = parser.parse_intermixed_args()
    for axis in asked.axis:
        if axis not in CURVES:
            parser.error(f"{axis}: no such axis")
    print(f"{'axis':9}{'network':12}{'value':>8}{'MMACs':>10}{'train/s':>10}{'per MAC':>9}"
          f"{'eval/s':>10}{'per MAC':>9}{'MB':>9}")
    for axis in asked.axis or CURVES:
        for row, first in points(asked.program, axis, asked.network, asked.steps):
            show(row, first)
            if asked.file:
                new = not os.path.exists(asked.file)
                with open(asked.file, "a", encoding="utf-8") as file:
                    if new:
                        print(*COLUMNS, sep="\t", file=file)
                    print(*(row[column] for column in COLUMNS), sep="\t", file=file)


main()
