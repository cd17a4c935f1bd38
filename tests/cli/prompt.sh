#!/bin/sh
# While something is typed, the mouse begins nothing: no press may give the answer to another
# question, or to another screen, than the one that was asked. The store can only be read.
. "${srcdir:-.}/tests/cli/lib.sh"
store=$folder/first.db
cp "${srcdir:-.}/sample_runs/first/first.db" "$store"
chmod u+w "$store"
mkdir "$store.lock" # where the lock's file should be: who would write is refused
cd "$folder" || exit 99

# after TEXT NAME: the frame after the script on stdin, in 80x24, has TEXT.
after() {
    { cat && echo ":save-screen the-frame"; } >script
    rm -f the-frame
    run --store "$store" explore --script script
    same "$2: the script comes to its end" "$status" 0
    holds "$2" grep -qF -e "$1" the-frame
}

after "filter: vgg" "a press on the help leaves what is typed" <<'END'
F2 /
:type vgg
:mouse press 1 78
:mouse release 1 78
:mouse press 17 10
:mouse release 17 10
Enter
END

after "┌ Threshold" "a press on the head leaves no question behind" <<'END'
F5 m
:mouse press 1 3
:mouse release 1 3
END

finish
