#!/bin/bash
# bench_list.sh - sshwhy list against ausearch on a log of 1,000,000 records.
#
# One of 20 records is ours. Both programs print every one of those; the
# shortest of five runs each counts, taken in turn. Goal: 3 times faster.
set -eu
cd "$(dirname "$0")/../.."
builddir=${builddir:-build}
records=${1:-1000000}
runs=5

command -v ausearch >/dev/null || {
	echo 'bench_list.sh: ausearch is not installed' >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s -C "$builddir" sshwhy tests/tools/gen_audit_log
"$builddir/tests/tools/gen_audit_log" "$records" >"$work/log"

# took COMMAND...: microseconds; what it prints goes to $work/out.
took()
{
	local from=${EPOCHREALTIME/./}
	"$@" >"$work/out" 2>"$work/err" </dev/null || {
		cat "$work/err" >&2
		exit 1
	}
	echo $((${EPOCHREALTIME/./} - from))
}

# least A B
least()
{
	echo $(($1 < $2 ? $1 : $2))
}

ours=999999999
theirs=999999999
for ((i = 0; i < runs; i++)); do
	ours=$(least "$ours" "$(took "$builddir/sshwhy" list --log "$work/log")")
	ours_rows=$(wc -l <"$work/out")
	theirs=$(least "$theirs" "$(took ausearch -if "$work/log" \
		-m ANOM_LOGIN_LOCATION --raw)")
	theirs_rows=$(wc -l <"$work/out")
done
if [ "$ours_rows" -eq 0 ] || [ "$ours_rows" -ne "$theirs_rows" ]; then
	echo "bench_list.sh: $ours_rows rows, ausearch has $theirs_rows" >&2
	exit 1
fi
awk -v ours="$ours" -v theirs="$theirs" -v rows="$ours_rows" \
	-v records="$records" -v bytes="$(stat -c %s "$work/log")" 'BEGIN {
	printf "%d records, %d MB, %d of ours\n", records, bytes / 1e6, rows
	printf "  sshwhy list                   %7.1f ms\n", ours / 1e3
	printf "  ausearch -m ... --raw         %7.1f ms\n", theirs / 1e3
	printf "  ratio                         %7.2f (goal 3)\n", theirs / ours
}'
