#!/bin/sh
# The numbers of the Compare screen against SQL and plain Python on the same store: thresholds solved
# for a budget, means and standard deviations over seeds. The store is the sample's, with two more
# seeds that are made up.
. "${srcdir:-.}/tests/cli/lib.sh"
python3 -c 'import sqlite3' 2>/dev/null || { echo "SKIP: python3 with sqlite3 is missing"; exit 77; }
store=$folder/first.db
cp "${srcdir:-.}/sample_runs/first/first.db" "$store"
chmod u+w "$store"
XDG_STATE_HOME=$folder/state
export XDG_STATE_HOME

cat >"$folder/store.py" <<'PY'
"""store.py FILE seeds: adds two seeds of run 3. store.py FILE BUDGET: what Compare should say."""
import math, random, sqlite3, struct, sys

db = sqlite3.connect(sys.argv[1])


def copy(table, where, change):
    rows = db.execute(f"SELECT * FROM {table} WHERE {where}")
    names = [c[0] for c in rows.description]
    for row in rows.fetchall():
        new = change(dict(zip(names, row)))
        db.execute(f"INSERT INTO {table} ({','.join(new)}) VALUES ({','.join('?' * len(new))})",
                   list(new.values()))


def add_seed(run, seed):
    dice = random.Random(seed)

    def shaken(row):
        count = len(row["gamma"]) // 4
        values = [g * dice.uniform(0.5, 1.5) for g in struct.unpack(f"<{count}f", row["gamma"])]
        return dict(row, run=run, gamma=struct.pack(f"<{count}f", *values))

    copy("run", "id = 3", lambda r: dict(r, id=run, hash=f"{run:064x}", seed=seed))
    for table in ("layer", "epoch", "gamma_histogram"):
        copy(table, "run = 3", lambda r: dict(r, run=run))
    copy("gamma", "run = 3", shaken)
    copy("pruning", "run = 3", lambda r: dict(
        r, id=None, run=run, hash=f"{run:032x}{r['id']:032x}",
        val_accuracy=r["val_accuracy"] * dice.uniform(0.9, 1)))


def expected(budget):
    runs = [r for (r,) in db.execute(
        "SELECT id FROM run WHERE kind = 'train' AND penalty = 'tl1' AND status = 'finished'")]
    gammas, accuracies = [], []
    for run in runs:
        blobs = db.execute("SELECT gamma FROM gamma WHERE run = ? AND epoch = 5", (run,))
        sizes = sorted(abs(g) for (b,) in blobs for g in struct.unpack(f"<{len(b) // 4}f", b))
        cut = len(sizes) * budget // 100
        gammas.append(sizes[cut - 1])
        accuracies += [a for (a,) in db.execute(
            "SELECT val_accuracy FROM pruning WHERE run = ? AND channels_kept = ?",
            (run, len(sizes) - cut))]
    n, mean = db.execute(
        "SELECT count(*), avg(val_accuracy) FROM pruning WHERE channels_kept = ?"
        f" AND run IN ({','.join(map(str, runs))})", (len(sizes) - cut,)).fetchone()
    deviation = math.sqrt(sum((a - mean) ** 2 for a in accuracies) / (n - 1))
    threshold = sum(gammas) / len(gammas)
    accuracy = f"{100 * mean:.1f} ± {100 * deviation:.1f} %"
    return f"{n}\t{len(sizes) - cut}\t{threshold:.3g}\t{accuracy}"


if sys.argv[2] == "seeds":
    add_seed(11, 2)
    add_seed(12, 3)
    db.commit()
else:
    print(expected(int(sys.argv[2])))
PY
python3 "$folder/store.py" "$store" seeds || exit 99

# The row of tl1 is the second series; what is copied has every column.
for budget in 30 50 60 70; do
    printf '%s\n' ":until in 2 series" ":wait 0.5" ":" ":type budget $budget channels" Enter End y \
        ":save-copied $folder/copied" >"$folder/script"
    run --store "$store" explore --screen compare --size 160x40 --script "$folder/script"
    # runs, channels, threshold, accuracy after pruning: columns 4, 5, 8, 9
    same "at $budget %" "$(cut -f 4,5,8,9 "$folder/copied")" \
        "$(python3 "$folder/store.py" "$store" "$budget")"
done
finish
