#!/bin/sh
# Keys and mouse events at random, valid and not, on every screen: the script comes to its end, with
# no fault and no hang. "random.sh [EVENTS [SEED]]"; the store cannot be written, so nothing trains.
. "${srcdir:-.}/tests/cli/lib.sh"
events=${1:-2000}
seed=${2:-1}
store=$folder/first.db
cp "${srcdir:-.}/sample_runs/first/first.db" "$store"
chmod u+w "$store"
mkdir "$store.lock" # where the lock's file should be: who would write is refused

# write_script SEED: 250 events. What leaves (q, Esc on Runs, C-c) comes as a pair that does not; no
# slash is typed where it could be part of a file's name. The mouse may still find the way out.
write_script() {
    awk -v seed="$1" '
    function pick(n) { return int(rand() * n) }
    function word(left, text) {
        for (text = ""; left > 0; left--)
            text = text substr(letters, pick(size) + 1, 1)
        return text
    }
    BEGIN {
        srand(seed)
        named = split("Up Down Left Right S-Left S-Right S-Up S-Down PgUp PgDn Home End Insert " \
            "Delete Backspace Enter Tab S-Tab F1 F2 F3 F4 F5 F6 F7 F8 F12 Space C-b C-f C-g C-l " \
            "C-t C-u C-a", name, " ")
        letters = "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
            "!#$%&()*+,-.:;<=>?@[]^_{|}~ "
        size = length(letters)
        commands = split("run screen mark unmark diff sort epoch layer cut budget signs forget", \
            command, " ")
        kinds = split("press drag release up down", kind, " ")
        for (i = 0; i < 250; i++) {
            what = pick(20)
            if (what < 6) print name[1 + pick(named)]
            else if (what < 11) {
                key = substr(letters, pick(size - 1) + 1, 1)
                print key == "#" ? "? #" : key == ":" ? "F12 :" : key
            } else if (what < 16)
                print ":mouse " kind[1 + pick(kinds)], pick(60) - 3, pick(160) - 5
            else if (what == 16)
                print ":resize " (1 + pick(pick(4) ? 200 : 70)) "x" (1 + pick(pick(4) ? 60 : 20))
            else if (what == 17) print "F12 F3 Esc F2 /\n:type " word(pick(12)) "\nEnter"
            else if (what == 18)
                print "F12 F3 Esc F" (2 + pick(6)) " :\n:type " command[1 + pick(commands)] " " \
                    word(pick(6)) "\n" (pick(2) ? "Tab Enter" : "Enter")
            else print ":type " word(pick(20)) "é中" "\nF12 F3 Esc F" (2 + pick(6))
        }
        print ":resize 80x24\n:mouse release 1 40\nF12 F3 Esc F2\n:until Runs\n:save-screen the-end"
    }' >"$folder/script"
}

mkdir "$folder/here"
cd "$folder/here" || exit 99
left=0
bad=""
scripts=$((events / 250))
for number in $(seq $scripts); do
    write_script $((seed * 1000 + number))
    rm -f the-end
    run --store "$store" explore --script "$folder/script" --run 3
    [ "$status$(cat "$folder/err")" = 0 ] || bad="$bad $((seed * 1000 + number))"
    [ -s the-end ] || left=$((left + 1))
done
same "$scripts times 250 events: bad seeds" "$bad" ""
if [ $((2 * left)) -le "$scripts" ]; then
    passed "most came to the last"
else
    failed "most came to the last" "$left of $scripts left before"
fi
finish
