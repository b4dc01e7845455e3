#!/usr/bin/env bash
# Fails if dotnet format would change a file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet format BpfDashboard.sln --verify-no-changes --no-restore -v quiet ||
    { echo "run: dotnet format BpfDashboard.sln" >&2; exit 1; }
