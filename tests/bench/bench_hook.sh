#!/bin/sh
# hosts_access() with and without the hook, on tables of three sizes.
#
# Both are run in turns, and the least of the medians counts: other work on the
# machine only ever adds to it. Goals: at most 1.10 at 1,000 rules and more, and
# less than 1 us more on 10.
set -eu

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
hook=$builddir/module/.libs/sshwhy_hook.so
rounds=${ROUNDS:-9}

[ "$(id -u)" -eq 0 ] || {
	echo "bench_hook.sh: the hook only acts for root" >&2
	exit 3
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 129' HUP INT TERM
# The hook acts in a program of this name only.
cp "$builddir/tests/bench/bench_hook" "$dir/sshd"
cd "$dir"

# least_of FILE: the smallest median in it.
least_of()
{
	sort -n "$1" | sed -n '1s/ .*//p'
}

bench()
{
	: >plain
	: >hooked
	for _ in $(seq "$rounds"); do
		./sshd "$1" "$2" >>plain
		LD_PRELOAD=$hook ./sshd "$1" "$2" >>hooked
	done
	awk -v rules="$1" -v plain="$(least_of plain)" \
		-v hooked="$(least_of hooked)" 'BEGIN {
		printf "%8d rules %12.3f us %12.3f us %+10.3f us  ratio %.3f\n",
			rules, plain / 1000, hooked / 1000,
			(hooked - plain) / 1000, hooked / plain
	}'
}

printf '%-14s %15s %15s %13s\n' hosts_access libwrap "with hook" more
bench 10 20000
bench 1000 2000
bench 100000 40
