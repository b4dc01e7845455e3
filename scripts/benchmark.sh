#!/usr/bin/env bash
# Runs the benchmarks from the top of the checkout, as root. --smoke: one short round that only shows that they run.
# The full run wants the rivals: apt-get install bpftrace bpfcc-tools linux-headers-amd64
# --stacks, --events, --distributions, --watched: only that part. --watched looks through a million events, and steps up the
# rate of events until the first is lost, with the real server and one browser (Debian's chromium) on the session's page.
# --vm KERNEL runs the benchmark of kernel functions (--kernel) on a stock kernel in a virtual machine, with its headers,
# which BCC wants, and the module ext4.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
is_root || fail "benchmarks load programs, which takes root"
cd "$root"
build "$root/tests/Benchmarks/Benchmarks.csproj"
as_owner make -s -C tests/Workload workload chains values spread
[[ " $* " == *" --kernel "* || ${1:-} == --vm ]] || { need_node; build_scripts; }
if [ "${1:-}" = --vm ]; then
    [ $# -ge 2 ] || fail "usage: scripts/benchmark.sh --vm KERNEL; tests/vm/run --list names them"
    kernel=$2
    shift 2
    VM_HEADERS=yes VM_TIMEOUT=${VM_TIMEOUT:-3600} exec tests/vm/run "$kernel" \
        bash -c 'modprobe ext4; exec "$@"' - "tests/Benchmarks/bin/$configuration/net10.0/BpfDashboard.Benchmarks" --kernel "$@"
fi
mount_tracefs
exec "tests/Benchmarks/bin/$configuration/net10.0/BpfDashboard.Benchmarks" "$@"
