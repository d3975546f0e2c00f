#!/bin/sh
# tally.sh - no failing, cut or silent suite is counted as passed, also where
# suites run beside each other.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

# counts NAME FORMAT EXIT-STATUS EXPECTED, with the output on standard input.
counts()
{
	is "$(awk -v format="$2" -v exit_status="$3" \
		-f tests/tools/tally.awk | head -n 1)" "$4" "$1"
}

counts 'passed and skipped points' tap 0 '2 0 1' <<'TAP'
1..3
ok 1 - one
ok 2 - two # SKIP no audit
ok 3
TAP
counts 'a failed point' tap 1 '1 1 0' <<'TAP'
ok 1 - one
not ok 2 - two
1..2
TAP
counts 'a failed point whose suite exits with 0' tap 0 '0 1 0' <<'TAP'
1..1
not ok 1 - one
TAP
counts 'a failed point that calls itself skipped' tap 0 '0 1 0' <<'TAP'
1..1
not ok 1 - one # SKIP
TAP
counts 'a suite that prints nothing' tap 0 '0 1 0' </dev/null
counts 'a suite without a plan' tap 0 '1 1 0' <<'TAP'
ok 1 - one
TAP
counts 'a suite with two plans' tap 0 '1 1 0' <<'TAP'
1..1
ok 1 - one
1..1
TAP
counts 'a suite that runs fewer points than planned' tap 0 '1 1 0' <<'TAP'
1..2
ok 1 - one
TAP
counts 'a suite that runs more points than planned' tap 0 '2 1 0' <<'TAP'
1..1
ok 1 - one
ok 2 - two
TAP
counts 'a suite that dies after its last point' tap 139 '1 1 0' <<'TAP'
1..1
ok 1 - one
TAP
counts 'a suite that gives up' tap 0 '1 1 0' <<'TAP'
1..1
ok 1 - one
Bail out! no disk
TAP
counts 'a suite that is skipped as a whole' tap 0 '0 0 1' <<'TAP'
1..0 # SKIP needs root
TAP
counts 'an empty plan without a reason' tap 0 '0 1 0' <<'TAP'
1..0
TAP
counts 'points of make check' trs 0 '1 2 1' <<'TRS'
:test-result: PASS 1 - one
:test-result: SKIP 2 - two # SKIP
:test-result: FAIL 3 - three
:test-result: ERROR - too few tests run
:recheck: no
TRS
counts 'a make check that cannot compile a test' trs 2 '1 1 0' <<'TRS'
:test-result: PASS 1 - one
TRS
counts 'a make check without tests' trs 0 '0 1 0' </dev/null

# --- suites beside each other --------------------------------------------------

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT

# sums WORDS WANTED NAME - the last line of a run with WORDS as its lane.
sums()
{
	words=$(
		top=$PWD
		logs=$work/logs
		. tests/tools/suite.sh
		begin_count
		eval "lane() { $1; }"
		beside lane
		tap_suite shown printf '1..2\nok 1\nok 2 # SKIP no audit\n'
		join
		verdict
		echo "status $?"
	)
	is "$(printf '%s\n' "$words" | tail -n 2 | paste -sd ' ')" "$2" "$3"
}

sums 'plain_suite a true; plain_suite b true' \
	'3 passed, 0 failed, 1 skipped status 0' 'both lanes are counted'
sums 'plain_suite a true; plain_suite b false' \
	'2 passed, 1 failed, 1 skipped status 1' 'a failure beside is one'
sums 'plain_suite a true; exit 3; plain_suite b true' \
	'2 passed, 1 failed, 1 skipped status 1' 'a lane that ends early failed'
# shellcheck disable=SC2016 # a command of the lane's own
sums 'plain_suite a true; kill -9 $(exec sh -c "echo \$PPID")' \
	'2 passed, 1 failed, 1 skipped status 1' 'so did one that was killed'
sums 'tap_suite a printf "1..2\nok 1\n"' \
	'2 passed, 1 failed, 1 skipped status 1' 'so did a suite that was cut'
like "$(cat "$work/logs/a.log.said")" '! a: planned 2, ran 1' 'which is said'

done_testing
