#!/bin/sh
# Data that is missing or damaged: one line that names the file, status 4, and no store is made.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

here=$folder/data
mkdir -p "$here/cut" "$here/label" "$here/magic" "$here/short" "$here/empty"

refuses 4 "train: *$here/nowhere*" train --data "cifar10:$here/nowhere" --arch vgg11
refuses 4 "train: *$here/empty*" train --data "cifar10:$here/empty" --arch vgg11
refuses 4 "data: *" data check mnist

# An archive that ends in the middle.
seq 20000 >"$here/cut/data_batch_1.bin"
tar -C "$here" -czf "$here/whole.tar.gz" cut
head -c 3000 "$here/whole.tar.gz" >"$here/cut.tar.gz"
refuses 4 "data: *cut.tar.gz*" data check "cifar10:$here/cut.tar.gz"
refuses 4 "data: *whole.tar.gz*" data check "cifar10:$here/whole.tar.gz"
head -c 1000 /dev/urandom >"$here/noise.tar.gz"
refuses 4 "data: *noise.tar.gz*" data check "cifar10:$here/noise.tar.gz"

# A label out of range: 10,000 images of a byte and 3,072 pixels, zero but for one.
for batch in data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch; do
    truncate -s 30730000 "$here/label/$batch.bin"
done
printf '\012' | dd of="$here/label/data_batch_2.bin" bs=1 seek=3073 conv=notrunc 2>/dev/null
refuses 4 "data: *data_batch_2.bin*" data check "cifar10:$here/label"
truncate -s 30729999 "$here/label/data_batch_1.bin"
refuses 4 "data: *data_batch_1.bin*" data check "cifar10:$here/label"

# IDX files of another kind, and too short.
for file in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte \
    t10k-labels-idx1-ubyte; do
    printf 'this is no IDX file at all' >"$here/magic/$file"
    printf '\000\000\010\003\000\000\352\140\000\000\000\034\000\000\000\034' >"$here/short/$file"
done
refuses 4 "data: *idx*" data check "mnist:$here/magic"
refuses 4 "data: *idx*" data check "mnist:$here/short"

holds "no store was made" [ ! -e "$SLIMSCOPE_STORE" ]

works data list --json
is_json data
works data check shapes:400 --json
is_json name train test channels height width classes
same "400 images" "$(number train)" 400
finish
