#!/bin/sh
# Counts what tests said: every .trs file under the folders given. The last line that CI reads is
# "N passed, N failed", with ", N skipped" where there are any. Fails if a test did, or if none ran.
find "$@" -name '*.trs' -exec cat {} + | awk '
/^:test-result: (PASS|XFAIL)/ { passed++ }
/^:test-result: (FAIL|XPASS|ERROR)/ { failed++ }
/^:test-result: SKIP/ { skipped++ }
END {
    printf "%d passed, %d failed", passed, failed
    if (skipped) printf ", %d skipped", skipped
    printf "\n"
    exit failed > 0 || !passed
}'
