#!/bin/sh
# The numbers of the Compare screen against SQL and plain Python on the same store: thresholds solved
# for a budget, means and standard deviations over the three seeds of sample_runs/fashion-desk.
. "${srcdir:-.}/tests/cli/lib.sh"
python3 -c 'import sqlite3' 2>/dev/null || { echo "SKIP: python3 with sqlite3 is missing"; exit 77; }
store=$folder/desk.db
cp "${srcdir:-.}/sample_runs/fashion-desk/fashion-desk.db" "$store"
chmod u+w "$store"

cat >"$folder/expect.py" <<'PY'
"""expect.py FILE BUDGET: runs, channels, threshold and both accuracies of SCAD, the last series."""
import math, sqlite3, struct, sys

db = sqlite3.connect(sys.argv[1])
budget = int(sys.argv[2])
runs = [r for (r,) in db.execute("SELECT id FROM run WHERE kind = 'train' AND penalty = 'scad'")]


def spread(query, at=""):
    values = [v for (v,) in db.execute(query.format(",".join(map(str, runs))), (left,))]
    if not values:
        return "–"
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    return f"{100 * mean:.1f} ± {100 * deviation:.1f}{at}"


thresholds = []
for run in runs:
    blobs = db.execute("SELECT gamma FROM gamma WHERE run = ? AND epoch = 6", (run,))
    sizes = sorted(abs(g) for (b,) in blobs for g in struct.unpack(f"<{len(b) // 4}f", b))
    cut = len(sizes) * budget // 100
    thresholds.append(sizes[cut - 1])
left = len(sizes) - cut
kept, = db.execute("""SELECT max(p.channels_kept) FROM pruning p JOIN run c ON c.pruning = p.id
                        WHERE p.run = ? AND p.channels_kept <= ?""", (runs[0], left)).fetchone()
at = f" at {100 * (1 - kept / len(sizes)):.0f}" if kept < left else ""
print(len(runs), left, f"{sum(thresholds) / len(thresholds):.3g}",
      spread("SELECT val_accuracy FROM pruning WHERE run IN ({}) AND channels_kept = ?"),
      spread("""SELECT e.val_accuracy FROM run r JOIN pruning p ON p.id = r.pruning
                JOIN epoch e ON e.run = r.id AND e.epoch = r.epochs
                WHERE p.run IN ({}) AND NOT r.scratch AND p.channels_kept = (
                    SELECT max(q.channels_kept) FROM pruning q JOIN run c ON c.pruning = q.id
                    WHERE q.run = p.run AND q.channels_kept <= ?)""", at), sep="\t")
PY

# What is copied has every column. Behind the title's words stands nothing when all is read.
for budget in 30 50 60 70; do
    printf '%s\n' ":until in 7 series  " ":" ":type budget $budget channels" Enter End y \
        ":save-copied $folder/copied" >"$folder/script"
    run --store "$store" explore --screen compare --size 160x40 --script "$folder/script"
    # runs, channels, threshold, accuracy after pruning and after retraining; that is of the next
    # smaller network which was retrained, and where that is not this one, how much went
    same "at $budget %" "$(cut -f 4,5,8,9,10 "$folder/copied")" \
        "$(python3 "$folder/expect.py" "$store" "$budget")"
done
finish
