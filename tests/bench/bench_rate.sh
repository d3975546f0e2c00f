#!/bin/sh
# One decision about a rate limit: of one source and of 100,000, by one core and
# by two at the same time.
set -eu

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}

# Where the real table is: in memory.
work=$(mktemp -d "${XDG_RUNTIME_DIR:-/dev/shm}/bench_rate.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP INT TERM
"$builddir/tests/bench/bench_rate" "$work/rates"
