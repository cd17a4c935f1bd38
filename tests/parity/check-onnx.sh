#!/bin/sh
# Exported networks are the networks: the fixtures, full and pruned, as safetensors in PyTorch, as
# ONNX past the checker and in onnxruntime, against slimscope's own logits. Skips what it has no
# program for: Debian's python3-torch and python3-onnx, and onnxruntime-node in $ONNXRUNTIME (a
# folder with node_modules).
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

here=$(cd "$srcdir/tests/parity" && pwd)
python=/usr/bin/python3
has() { "$python" -c "import $1" 2>/dev/null; }
if ! has torch || ! has onnx; then
    echo "python3-torch or python3-onnx is missing"
    exit 77
fi
runtime=${ONNXRUNTIME:+$(cd "$ONNXRUNTIME" && pwd)/node_modules/onnxruntime-node}
[ -n "$runtime" ] || echo "ONNXRUNTIME is not set: nothing is run there"

cd "$folder" || exit 99
cat >tell.py <<'END'
"""images FILE | torch MODEL IMAGES | check MODEL | near A B"""
import json, sys
sys.path.insert(0, sys.argv[1])
what, files = sys.argv[2], sys.argv[3:]
import numpy as np

def logits(path):
    with open(path) as file:
        text = file.read()
    return np.array(json.loads(text)["logits"])

if what == "images":
    np.random.default_rng(1).standard_normal((20, 3, 32, 32)).astype("<f4").tofile(files[0])
elif what == "torch":
    import torch, networks
    images = np.fromfile(files[1], "<f4").reshape(-1, 3, 32, 32)
    with torch.no_grad():
        result = networks.network(networks.read(files[0])).eval()(torch.from_numpy(images))
    print(json.dumps({"logits": result.tolist()}))
elif what == "check":
    import onnx
    model = onnx.load(files[0])
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 7 and model.opset_import[0].version == 13
else:
    a, b = map(logits, files)
    off = np.abs(a - b).max() / np.abs(b).max()
    print(f"{files[0]}: off by {off:.1e} of the largest logit")
    sys.exit(not (a.shape == b.shape and off <= 1e-5))
END
cat >run.js <<'END'
const [, , runtime, model, images] = process.argv
const ort = require(runtime)
const bytes = require('fs').readFileSync(images)
const x = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
ort.InferenceSession.create(model, { logSeverityLevel: 3 }).then(async session => {
  const input = new ort.Tensor('float32', x, [x.length / 3072, 3, 32, 32])
  const { logits } = await session.run({ input })
  const [count, classes] = logits.dims
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from(logits.data.slice(i * classes, (i + 1) * classes)))
  console.log(JSON.stringify({ logits: rows }))
})
END
tell() { "$python" tell.py "$here" "$@"; }

# compare TARGET NAME: all that is exported of it, against its own logits.
compare() {
    works eval "$1" --input images.f32 --json
    cp out own.json
    for select in needed always never; do
        works export "$1" -o model.safetensors --select $select
        tell torch model.safetensors images.f32 >torch.json
        holds "$2 in PyTorch, --select $select" tell near torch.json own.json
    done
    works export "$1" -o model.onnx
    holds "$2 past the checker" tell check model.onnx
    if [ -n "$runtime" ]; then
        node run.js "$runtime" model.onnx images.f32 >runtime.json
        holds "$2 in onnxruntime" tell near runtime.json own.json
    fi
}

tell images images.f32
for network in vgg11 resnet20 resnet20-slim densenet10 densenet10-slim; do
    works import "$here/$network.safetensors" --name "$network" --json
    run=$(number run)
    compare "$run" "$network"
    works prune "$run" --channels 60% --json
    compare "p$(number pruning)" "$network, 60 % pruned"
    # Branches and dense layers without any channel are left out, or give zeros.
    case $network in
    vgg*) continue ;;
    esac
    works prune "$run" --channels 80% --floor 0 --json
    compare "p$(number pruning)" "$network, 80 % pruned without a floor"
done
finish
