#!/bin/sh
# random.sh with ten thousand events, three times.
for seed in 1 2 3; do
    sh "${srcdir:-.}/tests/cli/random.sh" 10000 "$seed" || exit 1
done
