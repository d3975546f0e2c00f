#!/bin/sh
# bench_list.sh - sshwhy list against ausearch, on a log of 1,000,000 records and
# on one of 1 GiB.
# usage: bench_list.sh [RECORDS...]
#
# One of 20 records is ours. Both programs print every one of those; the log is
# in the page cache. Goals: 3 times faster, and 1 GiB in a second of one core.
set -eu
cd "$(dirname "$0")/../.."
builddir=${builddir:-build}
runs='1 2 3 4 5'
[ $# -gt 0 ] || set -- 1000000 3790000

command -v ausearch >/dev/null || {
	echo 'bench_list.sh: ausearch is not installed' >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/bench/times.sh
. tests/bench/times.sh
make -s -C "$builddir" sshwhy tests/tools/gen_audit_log

for records; do
	"$builddir/tests/tools/gen_audit_log" "$records" >"$work/log"
	rm -f "$work"/*.times
	for _ in $runs; do
		run ours "$builddir/sshwhy" list --log "$work/log"
		run theirs ausearch -if "$work/log" -m ANOM_LOGIN_LOCATION --raw
	done
	rows=$(wc -l <"$work/ours.out")
	their_rows=$(wc -l <"$work/theirs.out")
	if [ "$rows" -eq 0 ] || [ "$rows" -ne "$their_rows" ]; then
		echo "bench_list.sh: $rows rows, ausearch has $their_rows" >&2
		exit 1
	fi
	echo "$records records, $(($(stat -c %s "$work/log") >> 20)) MiB," \
		"$rows of ours"
	row ours 'sshwhy list'
	row theirs 'ausearch -m ... --raw'
	ratio theirs ours 3
	speed ours "$work/log" 1
done
