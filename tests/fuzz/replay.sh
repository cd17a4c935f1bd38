#!/bin/sh
# Every input that is kept, through its reader: none may crash, hang, or go without an error's line.
set -eu
timeout 300 "${builddir:-.}/fuzz_replay" "${srcdir:-.}/tests/fuzz/corpus"
