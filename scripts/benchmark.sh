#!/usr/bin/env bash
# Runs the benchmarks from the top of the checkout, as root. --smoke: one short round that only shows that they run.
# The full run wants the rivals: apt-get install bpftrace bpfcc-tools linux-headers-amd64
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
is_root || fail "benchmarks load programs, which takes root"
cd "$root"
build "$root/tests/Benchmarks/Benchmarks.csproj"
as_owner make -s -C tests/Workload workload
mount_tracefs
exec "tests/Benchmarks/bin/$configuration/net10.0/BpfDashboard.Benchmarks" "$@"
