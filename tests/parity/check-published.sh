#!/bin/sh
# VGG-19, ResNet-164 and DenseNet-40, pruned as the authors prune them: masks, parameters and FLOPs
# by their rule, written again in published.py; and the full networks' published counts.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

here=$(cd "$srcdir/tests/parity" && pwd)
python=/usr/bin/python3
"$python" -c 'import torch' 2>/dev/null || {
    echo "python3-torch is missing"
    exit 77
}
cd "$folder" || exit 99

# NETWORK CLASSES PARAMETERS FLOPS, as compute_flops.py and the authors' logs have them.
while read -r network classes parameters flops; do
    "$python" "$here/published.py" state "$network" "$classes" full.safetensors || exit 99
    works import full.safetensors --json
    run=$(number run)
    same "$network, $classes classes: parameters" "$(number parameters_published)" "$parameters"
    same "$network, $classes classes: FLOPs" "$(number flops)" "$flops"
    for percent in 40 60 70; do
        works prune "$run" --channels $percent% --as-published --json
        cp out said.json
        works export "p$(number pruning)" -o slim.safetensors --select always
        holds "$network, $classes classes, $percent %: as the authors'" "$python" \
            "$here/published.py" check full.safetensors slim.safetensors 0.$percent said.json
    done
done <<'END'
vgg19 10 20035018 797304842
vgg19 100 20081188 797397092
resnet164 10 1711338 504759306
resnet164 100 1734468 504805476
densenet40 10 1068658 573052330
densenet40 100 1109788 573134500
END
finish
