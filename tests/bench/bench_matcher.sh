#!/bin/sh
# bench_matcher.sh - our wrapper matcher against libwrap.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
exec "${builddir:-$top/build}/tests/bench/bench_matcher"
