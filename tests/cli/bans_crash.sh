#!/bin/sh
# bans_crash.sh [LOOPS] - commands that change the ban list, killed at any time.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
build=${builddir:-$top/build}
exec "$build/tests/tools/crash_ban" "$build/sshwhy" "${1:-100}" </dev/null
