#!/usr/bin/env python3
"""Makes the seeds of corpus/ from nothing: make-seeds.py FOLDER. What fuzzing found stands beside them
under other names (found-…), and so does a store that slimscope wrote (store/real-imported, an import, in
pages of 512 bytes); they are not made here."""
import gzip
import io
import json
import os
import random
import struct
import sys
import tarfile
import zlib

top = sys.argv[1]
noise = random.Random(1)


def put(target, name, data):
    os.makedirs(os.path.join(top, target), exist_ok=True)
    with open(os.path.join(top, target, "seed-" + name), "wb") as file:
        file.write(data)


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def cifar():
    names = [f"data_batch_{k}.bin" for k in range(1, 6)] + ["test_batch.bin"]
    records = [bytes((k,)) + bytes((i // 64 * 5 + k) % 256 for i in range(3072)) for k in range(6)]
    files = [("cifar-10-batches-bin/" + name, record) for name, record in zip(names, records)]
    put("cifar", "whole.tar", tar(files))
    put("cifar", "whole.tar.gz", gzip.compress(tar(files), mtime=0))
    put("cifar", "missing.tar.gz", gzip.compress(tar(files[:5]), mtime=0))
    put("cifar", "twice.tar.gz", gzip.compress(tar(files + files[:1]), mtime=0))
    put("cifar", "label.tar.gz", gzip.compress(tar([(files[0][0], b"\x0a" + records[0][1:])]), mtime=0))
    put("cifar", "cut.tar.gz", gzip.compress(tar(files), mtime=0)[:200])
    put("cifar", "empty", b"")


def idx():
    images = bytes(i // 7 % 256 for i in range(2 * 784))
    put("idx", "images", b"\0" + struct.pack(">IIII", 0x803, 2, 28, 28) + images)
    put("idx", "labels", b"\1" + struct.pack(">II", 0x801, 3) + bytes((1, 2, 9)))
    put("idx", "huge", b"\0" + struct.pack(">IIII", 0x803, 0xFFFFFFFF, 28, 28) + images[:50])
    put("idx", "other-size", b"\0" + struct.pack(">IIII", 0x803, 2, 29, 28) + images[:50])
    put("idx", "label", b"\1" + struct.pack(">II", 0x801, 3) + bytes((1, 2, 10)))


def mat_part(kind, data):
    if len(data) <= 4:
        return struct.pack("<HH", kind, len(data)) + data.ljust(4, b"\0")
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def mat_array(name, sizes, data, packed=False, kind=9, stored=2):
    body = mat_part(6, struct.pack("<II", kind, 0)) + mat_part(5, struct.pack(f"<{len(sizes)}i", *sizes))
    body += mat_part(1, name.encode()) + mat_part(stored, data)
    array = struct.pack("<II", 14, len(body)) + body
    stream = zlib.compress(array)
    return struct.pack("<II", 15, len(stream)) + stream if packed else array


def mat():
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49)
    pixels = bytes(i // 50 % 256 for i in range(2 * 3072))
    x, y = (32, 32, 3, 2), bytes((1, 10))
    put("mat", "v5", head + mat_array("X", x, pixels) + mat_array("y", (2, 1), y))
    put("mat", "v7", head + mat_array("X", x, pixels, True) + mat_array("y", (2, 1), y, True))
    put("mat", "doubles", head + mat_array("X", (32, 32, 3), pixels[:3072], True) +
        mat_array("y", (1, 1), struct.pack("<d", 3), kind=6, stored=9))
    put("mat", "struct", head + mat_array("X", x, pixels[:64], kind=2))
    put("mat", "sparse", head + mat_array("X", x, pixels[:64], kind=5))
    put("mat", "huge", head + mat_array("X", (32, 32, 3, 0x7FFFFFFF), pixels[:64]))
    put("mat", "negative", head + mat_array("X", (32, 32, 3, -1), pixels[:64]))
    put("mat", "v73", b"MATLAB 7.3 MAT-file".ljust(124) + struct.pack("<HH", 0x0200, 0x4D49))


def png(width, height, bits, colour, rows, extra=b"", interlaced=0):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def pngs():
    put("png", "grey", png(8, 8, 8, 0, (b"\0" + bytes(range(8))) * 8))
    put("png", "rgb", png(8, 8, 8, 2, (b"\1" + bytes(range(24))) * 8))
    put("png", "interlaced", png(1, 1, 8, 2, b"\0abc", interlaced=1))
    put("png", "deep", png(4, 4, 16, 2, (b"\0" + bytes(24)) * 4))
    put("png", "large", png(33, 1, 8, 0, b"\0" + bytes(33)))
    plte = struct.pack(">I", 3) + b"PLTE" + b"abc" + struct.pack(">I", zlib.crc32(b"PLTEabc"))
    put("png", "palette", png(4, 4, 8, 3, (b"\0" + bytes(4)) * 4, plte))
    put("png", "huge", png(0x7FFFFFFF, 0x7FFFFFFF, 8, 2, b"\0"))
    put("png", "cut", png(8, 8, 8, 0, (b"\0" + bytes(range(8))) * 8)[:60])


def safetensors():
    def file(header, data):
        text = json.dumps(header).encode() if isinstance(header, dict) else header
        return struct.pack("<Q", len(text)) + text + data
    two = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
           "b": {"dtype": "I64", "shape": [], "data_offsets": [8, 16]}}
    put("safetensors", "two", file(two, bytes(16)))
    put("safetensors", "metadata", file({"__metadata__": {"slimscope": "{}"}, **two}, bytes(16)))
    put("safetensors", "overlap", file({**two, "b": {**two["b"], "data_offsets": [4, 12]}}, bytes(16)))
    put("safetensors", "hole", file({"a": {**two["a"], "data_offsets": [4, 12]}}, bytes(12)))
    put("safetensors", "absurd", file({"a": {"dtype": "F32", "shape": [2 ** 40, 2 ** 40],
                                             "data_offsets": [0, 8]}}, bytes(8)))
    put("safetensors", "long-header", struct.pack("<Q", 2 ** 63) + b"{}")
    put("safetensors", "twice", file(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
                                     b'"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"))
    # a VGG-11 of width 1/32, as its description and tensors are
    widths = [8] * 8
    shapes, inputs, index = {}, 3, 0
    for k, width in enumerate(widths):
        shapes[f"feature.{index}.weight"] = [width, inputs, 3, 3]
        for part in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"feature.{index + 1}.{part}"] = [width]
        shapes[f"feature.{index + 1}.num_batches_tracked"] = []
        inputs = width
        index += 3 + (k in (0, 1, 3, 5))
    shapes["classifier.weight"], shapes["classifier.bias"] = [10, inputs], [10]
    header, data = {}, b""
    for name, shape in sorted(shapes.items(), key=lambda row: (not row[0].endswith("tracked"), row[0])):
        count = 1
        for side in shape:
            count *= side
        kind, size = ("I64", 8) if name.endswith("tracked") else ("F32", 4)
        one = struct.pack("<f", 0.25) if kind == "F32" else bytes(8)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + size * count]}
        data += one * count
    put("safetensors", "vgg11", file(header, data))


def plans():
    put("plan", "small", b"name: a\nbase: {data: shapes, arch: vgg11}\ngrid: {penalty: [l1, tl1]}\n")
    put("plan", "whole", b"""name: l1 against tl1
base:
  data: fashion
  arch: vgg11
  width: 0.25
  tag: [one, two]
grid:
  penalty: [l1, tl1]
  lambda: [1e-4, 1e-3]
  seed: [1, 2]
prune:
  - channels: [50%, 60%, 70%]
    floor: 2
  - parameters: 50%
    fold_beta: both
retrain:
  channels: [60%, 70%]
  epochs: 20
  scratch: both
""")
    put("plan", "rules", b"""base: {data: cifar10:/data, epochs: 40}
grid:
  arch: [vgg16, resnet56]
  penalty: [l1, mcp]
  lambda: [1e-4, 1e-3]
zip:
  batch: [64, 128]
  lr: [0.1, 0.2]
exclude:
  - when: {arch: resnet56, lambda: 1e-3}
override:
  - when: {penalty: mcp}
    set: {a: 5000}
""")
    put("plan", "alias", b"a: &x [1, 2]\nb: *x\n")
    put("plan", "deep", b"[" * 3000)
    put("plan", "many", b"name: a\nbase: {data: shapes, arch: vgg11}\ngrid: {seed: [" +
        b",".join(b"%d" % i for i in range(60)) + b"], lambda: [" +
        b",".join(b"1e-%d" % i for i in range(1, 9)) + b"]}\n")
    put("plan", "not-utf8", b"name: \xff\xfe\n")


def texts():
    for k, text in enumerate((b"tl1 vgg", b"penalty=tl1 status!=failed tag=night",
                              b"lambda<1e-3 acc>=90% epoch>5", b"nonsense=1", b"acc>x", b"\xff=\n", b"")):
        put("filter", str(k), text)
    for k, report in enumerate((b"0;10;5M32;11;5M0;11;5m", b"64;1;1M65;1;1M", b"0;99999999999;1M", b"35;1;1M",
                                b";;;M", b"0;-1;1M", b"0;1;", b"28;223;1M\x1b[<0;0;0M", b"0;0;0m")):
        put("mouse", str(k), report)


def stores():
    head = bytearray(b"SQLite format 3\0" + bytes(84))
    struct.pack_into(">HBBBBBB", head, 16, 512, 1, 1, 0, 64, 32, 32)
    put("store", "header-alone", bytes(head))
    put("store", "text", b"my diary\n")
    put("store", "empty", b"")
    page = bytearray(512)
    page[:100] = head
    struct.pack_into(">I", page, 28, 1)
    struct.pack_into(">I", page, 44, 4)
    struct.pack_into(">I", page, 56, 1)
    page[100:108] = struct.pack(">BHHHB", 13, 0, 0, 512 & 0xFFFF, 0)
    put("store", "another-program", bytes(page))


cifar()
idx()
mat()
pngs()
safetensors()
plans()
texts()
stores()
