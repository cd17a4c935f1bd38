# shellcheck shell=sh
# A name space of its own in which the test may mount (root, or where users may); skips where it may
# not. Sourced before lib.sh: the test begins again in there.
if [ -z "${SLIMSCOPE_MOUNTS-}" ]; then
    unshare -rm true 2>/dev/null || {
        echo "no file system can be mounted here: skipped"
        exit 77
    }
    exec unshare -rm env SLIMSCOPE_MOUNTS=1 "$0"
fi
