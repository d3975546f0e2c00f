#!/bin/sh
# bench_top.sh - sshwhy top --by client against aureport --host --summary, each
# record of another client.
#
# aureport compares each host with all before it: 1,000,000 of them would take
# it half an hour or more. It is asked about as many as it can do, twice, so
# that its growth shows; sshwhy is asked about 1,000,000 as well. Goal: those in
# 2 s of one core, also as JSON, where jq only prints the address of each.
set -eu
cd "$(dirname "$0")/../.."
builddir=${builddir:-build}

command -v aureport >/dev/null || {
	echo 'bench_top.sh: aureport is not installed' >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/bench/times.sh
. tests/bench/times.sh
make -s -C "$builddir" sshwhy tests/tools/gen_audit_log

# begin CLIENTS: a log with one record of each.
begin()
{
	"$builddir/tests/tools/gen_audit_log" "$1" 1 "$1" >"$work/log"
	rm -f "$work"/*.times
	echo "$1 records of as many clients," \
		"$(($(stat -c %s "$work/log") >> 20)) MiB"
}

# ours CLIENTS: one run, which has to count all of them.
ours()
{
	run ours "$builddir/sshwhy" top --by client --log "$work/log"
	grep -q "^$1 refusals, $1 different by client$" "$work/ours.out" || {
		echo 'bench_top.sh: not all were counted' >&2
		exit 1
	}
}

for clients in 20000 40000; do
	begin "$clients"
	for _ in 1 2 3; do
		ours "$clients"
		run theirs aureport -if "$work/log" --host --summary
	done
	# A row each, behind four lines of heading.
	[ "$(grep -c '^1  10\.' "$work/theirs.out")" -eq "$clients" ] || {
		echo 'bench_top.sh: aureport did not count all' >&2
		exit 1
	}
	row ours 'sshwhy top --by client'
	row theirs 'aureport --host --summary'
	ratio theirs ours 3
done

begin 1000000
for _ in 1 2 3 4 5; do
	ours 1000000
done
row ours 'sshwhy top --by client'
limit ours 2000

"$builddir/sshwhy" list --json --log "$work/log" >"$work/json"
mv "$work/json" "$work/log"
rm -f "$work"/*.times
echo "the same as JSON, $(($(stat -c %s "$work/log") >> 20)) MiB"
for _ in 1 2 3; do
	ours 1000000
done
row ours 'sshwhy top --by client'
limit ours 2000
if command -v jq >/dev/null; then
	run theirs jq -r .client.addr "$work/log"
	row theirs 'jq -r .client.addr'
	ratio theirs ours 3
fi
