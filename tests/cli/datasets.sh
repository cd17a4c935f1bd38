#!/bin/sh
# CIFAR-100, SVHN and a folder of images in the layouts in which they come, made by datasets.py: read,
# trained on, and cut at twenty places.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}

# make_set KIND ARGUMENT…: a data set in $folder/KIND; its checksum in $sum.
make_set() {
    sum=$(python3 "${srcdir:-.}/tests/cli/datasets.py" "$@" | tail -n 1)
    [ ${#sum} -eq 64 ] || failed "datasets.py $*" "no checksum"
}

# cut_at_twenty FILE SPEC: refused with one line each time; the file is whole again after it.
cut_at_twenty() {
    size=$(wc -c <"$1")
    cp "$1" "$folder/whole"
    for k in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
        truncate -s $((size * k / 20)) "$1"
        run data check "$2"
        judge 4 "data: *${1##*/}*" "${1##*/} cut at $k/20"
        cp "$folder/whole" "$1"
    done
    truncate -s $((size - 1)) "$1"
    run data check "$2"
    judge 4 "data: *${1##*/}*" "${1##*/} without its last byte"
    cp "$folder/whole" "$1"
}

# reads SPEC TRAIN TEST CLASSES
reads() {
    works data check "$1" --json
    same "training images" "$(number train)" "$2"
    same "test images" "$(number test)" "$3"
    same "classes" "$(number classes)" "$4"
    same "checksum" "$(text checksum)" "$sum"
}

# its_speed: the run just printed saw 100 images an epoch, as only its files could say.
its_speed() {
    images=$(awk "BEGIN { printf \"%.3f\", $(number images_per_second) * $(number seconds) }")
    same "images/s of $1" "$images" 100.000
}

here=$folder/sets
make_set svhn "$here/svhn"
reads "svhn:$here/svhn" 120 40 10
make_set svhn "$here/svhn5" v5
reads "svhn:$here/svhn5" 120 40 10
prints "no published file" '"official":false'
cut_at_twenty "$here/svhn/train_32x32.mat" "svhn:$here/svhn"
cut_at_twenty "$here/svhn5/test_32x32.mat" "svhn:$here/svhn5"
works train --data "svhn:$here/svhn" --val 20 --arch vgg11 --width 0.03125 --epochs 1 --json
same "trained on SVHN" "$(text status)" finished
its_speed SVHN

make_set images "$here/images" 4 30 10
reads "images:$here/images" 120 40 4
prints "nothing is published" '"official":null'
cut_at_twenty "$here/images/train/class 001/00007.png" "images:$here/images"
works train --data "images:$here/images" --val 20 --arch vgg11 --width 0.03125 --epochs 1 --json
same "trained on images" "$(text status)" finished
its_speed images
works train --data "images:$here/images" --val 20 --arch vgg11 --width 0.03125 --epochs 1 --json
its_speed "images that were trained on before"
works show 1 --json
prints "the files are not at hand" '"images_per_second":null'
mv "$here/images/test/class 003" "$here/images/test/class x"
refuses 4 "train: *has no class*" train --data "images:$here/images" --arch vgg11

make_set cifar100 "$here/cifar100"
reads "cifar100:$here/cifar100/cifar-100-binary" 50000 10000 100
reads "cifar100:$here/cifar100/cifar-100-binary.tar.gz" 50000 10000 100
works train --data "cifar100:$here/cifar100" --val 100 --train-limit 200 --arch vgg11 \
    --width 0.03125 --epochs 1 --json
same "trained on CIFAR-100" "$(text status)" finished
cut_at_twenty "$here/cifar100/cifar-100-binary.tar.gz" \
    "cifar100:$here/cifar100/cifar-100-binary.tar.gz"
cut_at_twenty "$here/cifar100/cifar-100-binary/test.bin" "cifar100:$here/cifar100"
finish
