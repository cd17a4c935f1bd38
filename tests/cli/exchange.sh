#!/bin/sh
# Networks in and out: what was exported comes back as it was, what was trained in PyTorch can be
# pruned and retrained, and a file that is no network is refused with a line.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

fixtures=$(cd "$srcdir/tests/parity" && pwd)
cd "$folder" || exit 99

# sum FILE: its SHA-256 as `export` printed it last is that of the bytes.
sum() { same "the hash of $1" "$(text sha256)" "$(sha256sum "$1" | cut -d ' ' -f 1)"; }

# --- out and in again ---------------------------------------------------------------------------

# shellcheck disable=SC2086 # $tiny is a list of words
works train $tiny
works prune 1 --channels 40% --json
for target in 1 p1; do
    works export $target -o "$target.safetensors" --json
    is_json file bytes sha256
    sum "$target.safetensors"
    same "its size" "$(number bytes)" "$(wc -c <"$target.safetensors")"
    works import "$target.safetensors" --name "from $target" --json
    is_json run hash weights_sha256 status epochs train_loss val_accuracy config prunings
    same "finished" "$(text status)" finished
    run=$(number run)
    works export "$run" -o again.safetensors
    holds "$target: out, in and out is the same file" cmp "$target.safetensors" again.safetensors
    works eval "$target.safetensors" --data shapes:400 --split test --json
    test=$(number accuracy)
    works eval $target --split test --json
    same "$target: the file is as right as the network" "$test" "$(number accuracy)"
    works eval "$run" --data shapes:400 --json
    same "$target: so is the import" "$(number accuracy)" "$test"
done
hash=$("$program" query "SELECT hash FROM pruning WHERE id = 1" --json | grep -o '[0-9a-f]\{64\}')
works export "$hash" -o hash.safetensors
holds "a hash is a target" cmp hash.safetensors p1.safetensors
works export p1.safetensors -o p1.onnx --json
sum p1.onnx
works export p1 -o other.onnx
holds "bytes depend on the network alone" cmp p1.onnx other.onnx
works export p1 -o weights --format npz --json
sum weights

# --- what PyTorch trained -----------------------------------------------------------------------

for network in vgg11 resnet20 resnet20-slim densenet10 densenet10-slim; do
    works import "$fixtures/$network.safetensors" --json
    same "$network by name and shape" "$(text arch)" "${network%-slim}"
    same "$network: epoch" "$(number epoch)" 0
    run=$(number run)
    works prune "$run" --channels 30% --json
    p=$(number pruning)
    holds "$network: small and masked agree" awk -v d="$(number max_logit_difference)" \
        'BEGIN { exit !(d != "" && d < 5e-4) }'
    works export "p$p" -o slim.safetensors --select always
    works import slim.safetensors --json
    works export "$(number run)" -o again.safetensors
    holds "$network: pruned, out, in and out is the same file" cmp slim.safetensors again.safetensors
done

works import "$fixtures/resnet20.safetensors" --json
run=$(number run)
same "the same network again is the same run" \
    "$("$program" query "SELECT count(*) FROM run WHERE arch = 'resnet20' AND parameters = $(number parameters)" \
        --json | grep -o '\[\[[0-9]*\]\]')" '[[1]]'
works gamma "$run" --layer bn --json
holds "its scaling factors" grep -q '"epoch":0,' out

# Data come later: for the import, and for a pruning that was recorded without.
works prune "$run" --channels 50% --json
holds "no accuracy without data" grep -q '"test_accuracy":null' out
pruning=$(number pruning)
works import "$fixtures/resnet20.safetensors" --data shapes:300 --name residual --json
same "still the same run" "$(number run)" "$run"
holds "with a name" grep -q '"name":"residual","note"' out
holds "with an accuracy" [ -n "$(number test_accuracy)" ]
works prune "$run" --channels 50% --json
same "the same pruning" "$(number pruning)" "$pruning"
holds "measured now" [ -n "$(number test_accuracy)" ]
refuses 4 "import: shapes:200: run $run *" import "$fixtures/resnet20.safetensors" --data shapes:200

# Retraining: train's defaults, on the data that is recorded or given.
works retrain "p$pruning" --epochs 1 --val 100 --batch 32 --json
same "its parent" "$(number parent)" "$run"
works import "$fixtures/densenet10.safetensors" --json
works prune "$(number run)" --channels 50% --json
refuses 2 "retrain: *--data*" retrain "p$(number pruning)"
works prune 1 --channels 20% --json

# --- what is wrong ------------------------------------------------------------------------------

refuses 2 "export: -o FILE *" export 1
refuses 2 "export: *suffix*" export 1 -o network.pt
refuses 2 "export: --format*" export 1 -o x --format tar
refuses 2 "export: --select*" export 1 -o x.onnx --select never
refuses 2 "export: --select*" export 1 -o x.safetensors --select some
refuses 4 "export: *" export 99 -o x.onnx
refuses 4 "export: nowhere.safetensors*" export nowhere.safetensors -o x.onnx
refuses 1 "export: *" export 1 -o no/such/folder/x.onnx
refuses 2 "export: -o -: *" export 1 -o - --format npz
refuses 2 "eval: --data SPEC *" eval p1.safetensors

# What is there and is no file stays what it is; a link goes on pointing where it did.
mkfifo pipe
refuses 1 "export: pipe: is not a regular file" export 1 -o pipe --format npz
refuses 1 "export: .: is a folder" export 1 -o . --format npz
holds "a pipe is still one" [ -p pipe ]
mkdir far
: >far/it.npz
ln -s far/it.npz link.npz
works export 1 -o link.npz --json
holds "a link is still one" [ -L link.npz ]
sum far/it.npz
refuses 4 "import: nowhere.safetensors*" import nowhere.safetensors

good=$fixtures/vgg11.safetensors
head -c 100 "$good" >cut.safetensors
head -c 17000 "$good" >short.safetensors
printf '\377\377\377\377\377\377\377\177{}' >huge.safetensors
: >empty.safetensors
head -c 5000 /dev/urandom >noise.safetensors
sed 's/classifier.bias/classifier.bios/' "$good" >renamed.safetensors
sed 's/"shape":\[6,3,3,3\]/"shape":[6,3,9,1]/' "$good" >shape.safetensors
sed 's/"data_offsets":\[0,8\]/"data_offsets":[8,0]/' "$good" >offsets.safetensors
sed 's/feature/festure/g' "$good" >foreign.safetensors

# A NaN in the middle of the first gate's scaling factors.
length=$(od -An -t u8 -N 8 "$good" | tr -d ' ')
at=$(sed 1q "$good" | grep -ao '"feature.1.weight":{[^}]*}' | sed 's/.*offsets":\[\([0-9]*\),.*/\1/')
cp "$good" nan.safetensors
chmod u+w nan.safetensors
printf '\000\000\300\177' |
    dd of=nan.safetensors bs=1 seek=$((8 + length + at + 8)) conv=notrunc 2>/dev/null

for file in cut short huge empty noise renamed shape offsets foreign nan; do
    holds "$file is another file" [ "$(cmp -s "$good" $file.safetensors; echo $?)" -ne 0 ]
    refuses 4 "import: $file.safetensors: *" import $file.safetensors
    refuses 4 "eval: $file.safetensors: *" eval $file.safetensors --data shapes:100
    refuses 4 "export: $file.safetensors: *" export $file.safetensors -o x.onnx
done
holds "nothing was written" [ ! -e x.onnx ]
runs=$("$program" query 'SELECT count(*) FROM run' --json)
refuses 4 "import: *" import nan.safetensors
same "no run of a bad file" "$("$program" query 'SELECT count(*) FROM run' --json)" "$runs"
works store check
finish
