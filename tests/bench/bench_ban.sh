#!/bin/sh
# bench_ban.sh - the ban list: a look into a million prefixes, and one ban more.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
exec "${builddir:-$top/build}/tests/bench/bench_ban"
