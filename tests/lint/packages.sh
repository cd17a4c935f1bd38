#!/bin/sh
# quickstart installs every package that configure.ac names as Debian's. $1: the tree.
set -eu
cd "${1:-${srcdir:-.}}"
asked=$(sed -n 's/.*(Debian: \([a-z0-9.+-]*\)).*/\1/p' configure.ac)
[ -n "$asked" ]
for package in $asked; do
    grep -qw -e "$package" quickstart || {
        echo "quickstart does not install $package"
        exit 1
    }
done
