#!/bin/sh
# differential.sh - 200,000 random rule files, read by libwrap and by us.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
exec "${builddir:-$top/build}/tests/fuzz/diff_wrapper" "$@" </dev/null
