#!/bin/sh
# Every key of every screen, on the sample store, as ui/actions.def lists them: each changes what is
# seen, and no other key does. The store cannot be written here, so nothing trains.
. "${srcdir:-.}/tests/cli/lib.sh"
sample=${srcdir:-.}/sample_runs/first/first.db
table=${srcdir:-.}/ui/actions.def
store=$folder/first.db
cp "$sample" "$store"
chmod u+w "$store"
mkdir "$store.lock" # where the lock's file should be: who would write is refused

# The rows of the table: name, screens, keys; a screen's name as in IN(…), or EVERYWHERE.
sed -n 's/^ACTION(\([A-Z_0-9]*\), "\([^"]*\)", \([^"]*\), ".*/\1\t\3\t\2/p' "$table" >"$folder/rows"

tab=$(printf '\t')

# What is pressed first, so that there is something to do; and afterwards, so that it is over.
before() {
    case $1:$2 in
    *:UP | *:PAGE_UP) echo "PgDn PgDn" ;;
    *:LAYER_BACK) echo "Down Down" ;;
    GAMMA:FIRST | GAMMA:DOWN) echo End ;;
    PRUNE:FIRST | *:FEWER | *:MUCH_FEWER | *:JUMP_0) echo 5 ;;
    *:FIRST) echo End ;;
    *:LAST | *:JUMP_* | *:MORE | *:MUCH_MORE) echo "Home 0" ;;
    *:SCRUB_ON) echo Home ;;
    *:EPOCH_ON) echo "[" ;;
    *:DOWN | *:PAGE_DOWN) echo "PgUp PgUp" ;;
    *:REDO) echo "5 6 u" ;;
    *:UNDO) echo "5 6" ;;
    *:BASIS | *:FLOOR_LESS | *:FORGET) echo "5 +" ;;
    esac
}

after() {
    case $1 in
    FILTER | TYPE | RETRAIN | EXPORT | STOP | COMMAND | SAVE | HELP | PLACE | CHOOSE) echo Esc ;;
    PLAY) echo End ;;
    esac
}

# Keys of the terminal itself (tests/tui/terminal.sh), and those that end the script.
is_left_out() {
    case $1:$2 in
    *:SUSPEND | *:REDRAW | *:LEAVE | RUNS:BACK | "$1:SCREEN_$1") return 0 ;;
    esac
    return 1
}

# What comes by itself when a busy machine gets to it has come: why another network cannot be
# measured, how the mask of the last epoch changed.
settle() {
    case $1 in
    PRUNE) echo ":until no accuracy" ;;
    GAMMA) printf '%s\n' End ":until changed sides" ;;
    *) echo ":wait 0.5" ;;
    esac
}

# script SCREEN F-KEY: for each key a frame before and after it; what was pressed goes to "pressed".
script() {
    number=0
    : >"$folder/pressed"
    echo ":wait 0.5"
    while IFS=$tab read -r name screens keys; do
        case "$screens" in *EVERYWHERE* | *"IN($1)"*) ;; *) continue ;; esac
        is_left_out "$1" "$name" && continue
        for key in $keys; do
            number=$((number + 1))
            echo "$number $name $key" >>"$folder/pressed"
            prepare=$(before "$1" "$name")
            [ -z "$prepare" ] || echo "$prepare"
            press "$number" "$key"
            done=$(after "$name")
            [ -z "$done" ] || echo "$done"
            echo "$2"
        done
    done <"$folder/rows"
    settle "$1"
    for key in $(awk 'BEGIN { for (i = 33; i < 127; i++) printf "%c ", i }') F8 F9 F11 Insert C-a; do
        grep -F -q -x -e "$key" "$folder/bound.$1" && continue
        number=$((number + 1))
        echo "$number - $key" >>"$folder/pressed"
        press "$number" "$key"
        echo "$2"
    done
}

# press NUMBER KEY: a key that means nothing clears the last line; then the frames round the key.
press() {
    printf '%s\n' F12 ":save-screen $folder/$1.a" ":save-styles $folder/$1.sa" "$2" \
        ":save-screen $folder/$1.b" ":save-styles $folder/$1.sb"
}

# seen_the_same NUMBER ACTION: the frames and styles round a key. Of one that has no action the head
# does not count, which may tell the disk's space.
seen_the_same() {
    cmp -s "$folder/$1.a" "$folder/$1.b" && cmp -s "$folder/$1.sa" "$folder/$1.sb" && return 0
    [ "$2" = - ] || return 1
    sed 1d "$folder/$1.b" >"$folder/body"
    sed 1d "$folder/$1.a" | cmp -s - "$folder/body"
}

# drive SCREEN F-KEY SIZE
drive() {
    while IFS=$tab read -r name screens keys; do
        case "$screens" in *EVERYWHERE* | *"IN($1)"*) echo "$keys" | tr ' ' '\n' ;; esac
    done <"$folder/rows" >"$folder/bound.$1"
    set -f
    script "$1" "$2" >"$folder/script"
    set +f
    rm -f "$folder"/*.a "$folder"/*.b
    run --store "$store" explore --run 3 --size "$3" --script "$folder/script" \
        --screen "$(echo "$1" | tr '[:upper:]' '[:lower:]')"
    same "$1: the script comes to its end" "$status" 0
    dead="" unnamed=""
    while read -r number name key; do
        [ -s "$folder/$number.b" ] || dead="$dead unreached:$key"
        if seen_the_same "$number" "$name"; then
            [ "$name" = - ] || dead="$dead $name($key)"
        else
            [ "$name" != - ] || unnamed="$unnamed $key"
        fi
    done <"$folder/pressed"
    same "$1: no key is dead" "$dead" ""
    same "$1: no key does what the help does not name" "$unnamed" ""
}

drive RUNS F2 100x24
drive TRAIN F3 100x24
drive GAMMA F4 100x24
drive PRUNE F5 80x16 # where not all layers have room
drive COMPARE F6 100x24
drive JOBS F7 100x24
finish
