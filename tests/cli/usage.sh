#!/bin/sh
# What is wrong with the command line alone: one line, status 2, before any data is read or any
# store is made.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

refuses 2 "explore: not a terminal: *"
refuses 2 "trian: no such command" trian
refuses 2 "nonsense: no such command" help nonsense
refuses 2 "--bogus: unknown option" --bogus
refuses 2 "train: --epoch: unknown option" train --epoch 3
holds "the near miss is named" grep -q 'did you mean --epochs?' "$folder/err"
refuses 2 "train: -x: unknown option" train -x
refuses 2 "train: --epochs: needs a value: N" train --epochs
refuses 2 "train: --epochs: needs a value: N" train --epochs --json
refuses 2 "train: --nesterov: takes no value" train --nesterov=yes
refuses 2 "train: --epochs: given twice" train --epochs 1 --epochs 2
refuses 2 "train: --data: is needed" train --arch vgg11
refuses 2 "train: --arch: is needed" train --data shapes
refuses 2 "train: surplus: one argument too many" train surplus
refuses 2 "train: --threads 0: *" train --threads 0
refuses 2 "train: --threads many: *" train --threads many

base="train --data shapes:400 --val 100 --arch vgg11"
# shellcheck disable=SC2086 # $base is words
{
    refuses 2 "train: --epochs 0: must be between 1 and *" $base --epochs 0
    refuses 2 "train: --epochs ten: not a whole number" $base --epochs ten
    refuses 2 "train: --epochs 99999999999999999999: *" $base --epochs 99999999999999999999
    refuses 2 "train: --batch 0: *" $base --batch 0
    refuses 2 "train: --lambda -1e-4: *" $base --lambda -1e-4
    refuses 2 "train: --lambda 0: must be above 0 *" $base --lambda 0
    refuses 2 "train: --lambda nan: not a number" $base --lambda nan
    refuses 2 "train: --p 1.5: *" $base --p 1.5
    refuses 2 "train: --p 0: *" $base --penalty lp --p 0
    refuses 2 "train: --a 0: must be above 0 *" $base --penalty tl1 --a 0
    refuses 2 "train: --a 1: must be above 1 *" $base --penalty mcp --a 1
    refuses 2 "train: --a 2: must be above 2 *" $base --penalty scad --a 2
    refuses 2 "train: --penalty l2: must be none|l1|*" $base --penalty l2
    refuses 2 "train: --engine gpu: *" $base --engine gpu
    refuses 2 "train: --lr-drops 75%,50%: *" $base --lr-drops 75%,50%
    refuses 2 "train: --keep some: *" $base --keep some
    refuses 2 "train: --width 0: *" $base --width 0
}
refuses 2 "train: *nonsense*" train --data shapes:400 --val 100 --arch nonsense
refuses 2 "train: *vgg12*" train --data shapes:400 --val 100 --arch vgg12
refuses 2 "train: *" train --data shapes:400 --val 400 --arch vgg11
refuses 2 "train: *imagenet*" train --data imagenet:x --arch vgg11
refuses 2 "train: *shapes:many*" train --data shapes:many --arch vgg11

refuses 2 "prune: too few arguments: *" prune --channels 50%
refuses 2 "prune: how much: *" prune 1
refuses 2 "prune: --channels and --macs: only one *" prune 1 --channels 50% --macs 50%
for amount in 100% 70 -5% abc% %; do
    refuses 2 "prune: --channels $amount: *" prune 1 --channels $amount
done
refuses 2 "prune: --threshold -1: *" prune 1 --threshold -1
refuses 2 "prune: --threshold big: *" prune 1 --threshold big
refuses 2 "prune: --floor x: *" prune 1 --channels 50% --floor x
refuses 2 "prune: --round 0: *" prune 1 --channels 50% --round 0
refuses 2 "prune: --epoch 0: *" prune 1 --channels 50% --epoch 0
refuses 2 "prune: --as-published: *" prune 1 --macs 50% --as-published

refuses 2 "bench: --steps 0: *" bench --steps 0
refuses 2 "bench: --ratio 1: *" bench --ratio 1
refuses 2 "bench: --widths 1,x: *" bench --widths 1,x
refuses 2 "bench: --ratio and --widths: *" bench --ratio 0.5 --widths 1,2
refuses 2 "data: frobnicate: *" data frobnicate
refuses 2 "store: frobnicate: *" store frobnicate
refuses 2 "work: --until noon: *" work --until noon
refuses 2 "eval: --input: *" eval 1 --input x --split val

holds "no store was made" [ ! -e "$SLIMSCOPE_STORE" ]
holds "nothing is in the home" [ ! -e "$HOME/.local" ]
finish
