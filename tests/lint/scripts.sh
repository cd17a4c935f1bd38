#!/bin/sh
# Every script is good shell: shellcheck's opinion. $1: the tree.
set -eu
cd "${1:-${srcdir:-.}}"
command -v shellcheck >/dev/null || {
    echo "shellcheck is not installed: skipped"
    exit 77
}
find quickstart .ci/run sample_runs tests -type f 2>/dev/null | while read -r file; do
    case $(head -n 1 "$file" | tr -d '\000') in
    '#!/bin/sh'* | '#!/usr/bin/env bash'* | '#!/bin/bash'*) echo "$file" ;;
    esac
done | xargs shellcheck -x
