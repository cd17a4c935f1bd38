#!/bin/sh
# Stores that are missing, foreign, newer, damaged or not to be written, and a disk that is full:
# one line, the right status, and what was there is there afterwards.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

refuses 4 "runs: *no such store*" runs
refuses 4 "show: *" --store "$folder/nowhere/x.db" show 1

# shellcheck disable=SC2086 # $tiny is words
{
    works train $tiny --json
    sum=$(text weights_sha256)

    # No SQLite file, and a folder.
    echo "my diary" >"$folder/diary"
    refuses 4 "runs: *diary*" runs --store "$folder/diary"
    refuses 4 "train: *diary*" train $tiny --store "$folder/diary"
    same "the diary is untouched" "$(cat "$folder/diary")" "my diary"
    run runs --store "$folder"
    holds "a folder is no store" [ "$status" -ne 0 ]

    if command -v sqlite3 >/dev/null; then
        sqlite3 "$folder/music.db" 'CREATE TABLE song (title); INSERT INTO song VALUES (1)'
        before=$(cksum <"$folder/music.db")
        refuses 4 "train: *music.db*" train $tiny --store "$folder/music.db"
        refuses 4 "query: *music.db*" query 'SELECT 1' --store "$folder/music.db"
        same "another program's file is untouched" "$(cksum <"$folder/music.db")" "$before"

        works store backup "$folder/future.db"
        sqlite3 "$folder/future.db" 'PRAGMA user_version = 4711'
        refuses 4 "runs: *future.db*" runs --store "$folder/future.db"
        refuses 4 "train: *future.db*" train $tiny --store "$folder/future.db" --seed 2
    else
        echo "sqlite3 is not installed: another program's store and a future one are not tried"
    fi

    # Statements that would write.
    for sql in 'DELETE FROM run' 'DROP TABLE run' "INSERT INTO tag VALUES (1, 'x')" \
        'PRAGMA user_version = 9' 'VACUUM' 'not SQL' ''; do
        refuses 2 "query: *" query "$sql"
    done

    # A folder that cannot be written (root may write everywhere).
    mkdir "$folder/shut"
    chmod a-w "$folder/shut"
    if [ "$(id -u)" -ne 0 ]; then
        refuses 1 "train: *shut*" train $tiny --store "$folder/shut/runs.db"
    else
        refuses 1 "train: *" train $tiny --store /proc/runs.db
    fi

    # A limit on the size of files stands for a full disk.
    status=0
    (
        ulimit -f 40
        exec "$program" train $tiny --seed 3
    ) >"$folder/out" 2>"$folder/err" </dev/null || status=$?
    grep -v '^epoch ' "$folder/err" >"$folder/err.new"
    mv "$folder/err.new" "$folder/err"
    judge 6 "train: *" "a full disk"
    works store check --json
    is_json ok problems
    works train $tiny --seed 3 --json
    same "the training goes on where there is space" "$(text status)" finished
    works show 1 --json
    same "run 1 is what it was" "$(text weights_sha256)" "$sum"
}

# A backup is a store; it goes over nothing.
works store backup "$folder/copy.db"
works runs --store "$folder/copy.db" --json
is_json runs
refuses 2 "store: *copy.db*" store backup "$folder/copy.db"
refuses 2 "store: *" store backup "$SLIMSCOPE_STORE"

# Where the store is looked for.
XDG_DATA_HOME=$folder/xdg
export XDG_DATA_HOME
unset SLIMSCOPE_STORE
refuses 4 "runs: $folder/xdg/slimscope/runs.db: *" runs
XDG_DATA_HOME=relative
refuses 4 "runs: $HOME/.local/share/slimscope/runs.db: *" runs
XDG_DATA_HOME=
refuses 4 "runs: $HOME/.local/share/slimscope/runs.db: *" runs
SLIMSCOPE_STORE=$folder/set.db
export SLIMSCOPE_STORE
refuses 4 "runs: $folder/set.db: *" runs
refuses 4 "runs: $folder/given.db: *" --store "$folder/given.db" runs
finish
