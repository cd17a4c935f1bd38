#!/bin/sh
# The lint can fail: a fault is planted in a copy of the tree, and the rule must name it.
set -eu
tree=$(cd "${srcdir:-.}" && pwd)
copy=$(mktemp -d "${TMPDIR:-/tmp}/slimscope-lint.XXXXXX")
trap 'rm -rf "$copy"' EXIT
bad=0

# plant RULE FILE TEXT EXPECTED: appends TEXT to FILE; RULE must fail and say EXPECTED.
plant() {
    mkdir -p "$copy/$(dirname "$2")"
    [ -e "$copy/$2" ] && cp -p "$copy/$2" "$copy/.kept"
    printf '%b\n' "$3" >>"$copy/$2"
    if said=$("$tree/tests/lint/$1.sh" "$copy" 2>&1); then
        echo "$1 let pass in $2: $3"
        bad=1
    elif ! printf '%s\n' "$said" | grep -qF -e "$4"; then
        printf '%s failed on %s, but not with "%s":\n%s\n' "$1" "$2" "$4" "$said"
        bad=1
    fi
    rm "$copy/$2"
    [ ! -e "$copy/.kept" ] || mv "$copy/.kept" "$copy/$2"
}

for folder in src db ui tests; do
    cp -Rp "$tree/$folder" "$copy/"
done
chmod -R u+w "$copy"
for file in CODE-MAP README.md HACKING.md NEWS.md quickstart Makefile.am configure.ac; do
    [ ! -e "$tree/$file" ] || cp -p "$tree/$file" "$copy/"
done
for folder in .ci man sample_runs; do
    [ ! -e "$tree/$folder" ] || cp -Rp "$tree/$folder" "$copy/"
done

plant includes src/base/text.c '#include "net/net.h"' 'base may not include "net/net.h"'
plant includes src/prune/mask.h '#include "train/train.h"' 'prune may not include'
plant includes src/net/net.h '#include <cblas.h>' '<cblas.h> belongs in'
plant includes db/store.h '#include <sqlite3.h>' '<sqlite3.h> belongs in'
plant includes ui/planted.c '#include "prune/surgery.h"' 'ui may not include'
plant includes ui/planted.c '#include <curses.h>' '<curses.h> belongs in'
plant includes src/base/text.c '  #  include <boost.h>' 'has no row'
plant includes src/base/text.c '#include "error.h"' 'without its folder'
plant includes src/planted/new.c '#include "base/error.h"' 'folder planted has no row'
plant headers src/base/planted.h 'size_t planted(void);' 'src/base/planted.h: does not compile'
plant headers src/base/planted.h 'struct planted { int x; };' 'src/base/planted.h: does not'
plant style src/base/text.c '\tint tabbed;' 'a tab'
plant style src/base/text.h 'int x; ' 'a blank at the end'
plant style src/base/text.c "$(printf 'γ%0100d' 0)" 'over 100 columns'
plant style src/base/text.c "$(yes 'int x;' | head -n 800)" 'over 700 lines'
plant style src/base/text.c '/* TOD''O */' 'a left-over'
plant style src/data/planted.c 'open("/hom''e/someone/data");' 'a path of one machine'
plant packages configure.ac 'AC_MSG_ERROR([it is missing (Debian: libgone-dev)])' 'libgone-dev'
plant map src/net/planted.c 'int x;' 'src/net/planted.c is missing'
plant map CODE-MAP 'src/net/  again\n  gone.c  a file that is gone' 'src/net/gone.c is no file'
plant map CODE-MAP 'src/net/  again\n  vgg.c  once more' 'src/net/vgg.c stands there twice'
if command -v shellcheck >/dev/null; then
    # shellcheck disable=SC2016 # the fault itself
    plant scripts tests/lint/planted.sh '#!/bin/sh\nrm $1' 'SC2086'
fi
exit $bad
