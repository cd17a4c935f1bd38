#!/usr/bin/env python3
"""Makes data sets in the layouts in which they are published, with nothing but Python's own library.

datasets.py cifar100 DIR: DIR/cifar-100-binary/ and DIR/cifar-100-binary.tar.gz, all 60,000 images.
datasets.py svhn DIR [v5]: DIR/train_32x32.mat (120 images) and DIR/test_32x32.mat (40), compressed.
datasets.py images DIR CLASSES TRAIN TEST: DIR/train/CLASS/*.png and DIR/test/CLASS/*.png, so many a
class.

The last line of output is the checksum that slimscope must compute: over name, shape, images (planes,
rows, columns) and labels.
"""
import hashlib
import io
import os
import random
import struct
import sys
import tarfile
import zlib

SIDE = 32
PLANE = SIDE * SIDE
IMAGE = 3 * PLANE


def checksum(name, classes, train, test, channels=3):
    """Each part is (images, labels) as bytes."""
    sha = hashlib.sha256()
    shape = (name, channels, SIDE, SIDE, len(train[1]), len(test[1]), classes)
    sha.update(b"slimscope data %s %dx%dx%dx%d+%d %d\n" % (shape[0].encode(), *shape[1:]))
    for images, labels in (train, test):
        sha.update(images)
        sha.update(labels)
    print(sha.hexdigest())


def cifar100(folder):
    parts = []
    inner = os.path.join(folder, "cifar-100-binary")
    os.makedirs(inner)
    for name, count in (("train.bin", 50000), ("test.bin", 10000)):
        noise = random.Random(name).randbytes(256 + IMAGE)
        images = [noise[i % 251:i % 251 + IMAGE] for i in range(count)]
        fine = [(7 * i + i // 100) % 100 for i in range(count)]
        coarse = [19 - f % 20 for f in fine]
        with open(os.path.join(inner, name), "wb") as file:
            for image, c, f in zip(images, coarse, fine):
                file.write(bytes((c, f)) + image)
        parts.append((b"".join(images), bytes(fine)))
    with tarfile.open(inner + ".tar.gz", "w:gz", compresslevel=1) as tar:
        for name in ("train.bin", "fine_label_names.txt", "test.bin"):
            info = tarfile.TarInfo("cifar-100-binary/" + name)
            text = b"apple\n" if name.endswith("txt") else None
            path = os.path.join(inner, name)
            info.size = len(text) if text else os.path.getsize(path)
            with io.BytesIO(text) if text else open(path, "rb") as file:
                tar.addfile(info, file)
    checksum("cifar100", 100, *parts)


def mat_part(kind, data):
    if len(data) <= 4:
        return struct.pack("<HH", kind, len(data)) + data.ljust(4, b"\0")
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def mat_array(name, sizes, data, packed):
    """A uint8 array (class 9) of a MAT file of level 5."""
    body = mat_part(6, struct.pack("<II", 9, 0)) + mat_part(5, struct.pack(f"<{len(sizes)}i", *sizes))
    body += mat_part(1, name.encode()) + mat_part(2, data)
    array = struct.pack("<II", 14, len(body)) + body
    if not packed:
        return array
    stream = zlib.compress(array)
    return struct.pack("<II", 15, len(stream)) + stream


def svhn(folder, version="v7"):
    parts = []
    os.makedirs(folder)
    for name, count in (("train_32x32.mat", 120), ("test_32x32.mat", 40)):
        noise = random.Random(name)
        images = [noise.randbytes(IMAGE) for _ in range(count)]
        labels = bytes(i % 10 + 1 for i in range(count))
        columns = bytearray()  # MATLAB's order: rows fastest, then columns, channels, images
        for image in images:
            for c in range(3):
                plane = image[c * PLANE:(c + 1) * PLANE]
                for x in range(SIDE):
                    columns += plane[x::SIDE]
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49))
            packed = version == "v7"
            file.write(mat_array("X", (SIDE, SIDE, 3, count), bytes(columns), packed))
            file.write(mat_array("y", (count, 1), labels, packed))
        parts.append((b"".join(images), bytes(label % 10 for label in labels)))
    checksum("svhn", 10, *parts)


def png(pixels):
    """An RGB image (32, 32, 3) as a PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + pixels[3 * SIDE * y:3 * SIDE * (y + 1)] for y in range(SIDE))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def images(folder, classes, *counts):
    classes = int(classes)
    parts = []
    for part, count in zip(("train", "test"), map(int, counts)):
        noise = random.Random(part)
        planes, labels = [], bytearray()
        for c in range(classes):
            inner = os.path.join(folder, part, f"class {c:03}")
            os.makedirs(inner)
            for i in range(count):
                pixels = noise.randbytes(IMAGE)
                with open(os.path.join(inner, f"{i:05}.png"), "wb") as file:
                    file.write(png(pixels))
                planes.append(pixels[0::3] + pixels[1::3] + pixels[2::3])
                labels.append(c)
        parts.append((b"".join(planes), bytes(labels)))
    checksum("images", classes, *parts)


if __name__ == "__main__":
    {"cifar100": cifar100, "svhn": svhn, "images": images}[sys.argv[1]](*sys.argv[2:])
