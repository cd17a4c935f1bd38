# shellcheck shell=sh
# A Slurm of our own on the loopback: one controller and two nodes, all their files in $folder. Needs
# root, and Debian's slurm-wlm and munge, which are installed if they are missing.

skip() {
    echo "$*: skipped"
    exit 77
}

[ "$(id -u)" -eq 0 ] || skip "not root"
# shellcheck disable=SC2034 # the tests use it
program=$(cd "${builddir:-.}" && pwd)/slimscope
folder=$(mktemp -d "${TMPDIR:-/tmp}/slimscope-slurm.XXXXXX")
chmod 755 "$folder"
SLURM_CONF=$folder/slurm.conf
export SLURM_CONF
unset SLIMSCOPE_STORE SLIMSCOPE_DATA OMP_NUM_THREADS

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

stop_slurm() {
    for file in "$folder"/run/*.pid; do
        [ ! -s "$file" ] || kill "$(cat "$file")" 2>/dev/null || true
    done
}

# The folder stays where something failed.
leave() {
    status=$?
    stop_slurm
    if [ $status -eq 0 ] || [ $status -eq 77 ]; then
        sleep 1
        rm -rf "$folder"
    else
        echo "left in $folder"
    fi
    exit $status
}
trap leave EXIT

have_slurm() { command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null; }

install_slurm() {
    have_slurm && return
    command -v apt-get >/dev/null || skip "Slurm is not installed"
    apt-get update >"$folder/apt.log" 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm slurmd \
        slurmctld munge >>"$folder/apt.log" 2>&1
    have_slurm || skip "Slurm cannot be installed"
}

# configure LIMIT: arrays of at most LIMIT tasks.
configure() {
    host=$(hostname -s)
    port=$((18000 + $$ % 4000))
    mkdir -p "$folder/run" "$folder/state" "$folder/log"
    cat >"$SLURM_CONF" <<END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.socket
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SlurmUser=root
SlurmdUser=root
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/%n.pid
SlurmdSpoolDir=$folder/state/%n
StateSaveLocation=$folder/state
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/%n
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
MaxArraySize=$1
KillWait=5
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$(nproc) State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

# start_slurm LIMIT
start_slurm() {
    install_slurm
    configure "$1"
    (umask 077 && head -c 1024 /dev/urandom >"$folder/run/munge.key")
    munged --force --key-file="$folder/run/munge.key" --socket="$folder/run/munge.socket" \
        --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged" \
        --seed-file="$folder/run/munge.seed" >/dev/null 2>&1 || fail "munged does not start"
    mkdir -p "$folder/state/n1" "$folder/state/n2"
    slurmctld >/dev/null 2>&1 || fail "slurmctld does not start: $(tail -n 3 "$folder/log/slurmctld")"
    for node in n1 n2; do
        slurmd -N $node >/dev/null 2>&1 || fail "slurmd $node does not start"
    done
    for _ in $(seq 100); do
        [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] && return
        sleep 0.2
    done
    fail "the nodes do not come up: $(sinfo 2>&1)"
}
