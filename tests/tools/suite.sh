# suite.sh - runs suites and keeps the count; sourced, with $top and $logs set.
#
# Each suite's output is kept in $logs/NAME.log. One line is printed for each;
# of one that failed, everything; of skipped tests, their lines.
# shellcheck shell=sh
# shellcheck disable=SC2154

all_passed=0
all_failed=0
all_skipped=0
suite_limit=900 # seconds

# tally FORMAT STATUS FILE... - see tally.awk
tally()
{
	_format=$1
	_status=$2
	shift 2
	awk -v format="$_format" -v exit_status="$_status" \
		-f "$top/tests/tools/tally.awk" "$@"
}

# account NAME RESULTS SECONDS - with a tally on standard input.
account()
{
	read -r _passed _failed _skipped
	all_passed=$((all_passed + _passed))
	all_failed=$((all_failed + _failed))
	all_skipped=$((all_skipped + _skipped))
	printf '%-34s %6d passed %3d failed %3d skipped %5d s\n' "$1" \
		"$_passed" "$_failed" "$_skipped" "$3"
	if [ "$_failed" -gt 0 ]; then
		sed 's/^/  | /' "$log"
		sed "s|^|  ! $1: |"
	elif [ "$_skipped" -gt 0 ]; then
		grep -aE '# *SKIP|result: SKIP' "$2" | sed 's/^/  | /'
	fi
	return 0
}

# logged COMMAND... - leaves its output in $log, its exit status in $status and
# its duration in $seconds.
logged()
{
	_begun=$(date +%s)
	status=0
	timeout -k 10 "$suite_limit" "$@" </dev/null >"$log" 2>&1 || status=$?
	seconds=$(($(date +%s) - _begun))
}

new_log()
{
	log=$logs/$(printf %s "$1" | tr '/ ' '--').log
}

# tap_suite NAME COMMAND... - a program that prints TAP.
tap_suite()
{
	_name=$1
	shift
	new_log "$_name"
	logged "$@"
	tally tap "$status" "$log" >"$log.tally"
	account "$_name" "$log" "$seconds" <"$log.tally"
}

# plain_suite NAME COMMAND... - one test: it passes when it exits with 0.
plain_suite()
{
	_name=$1
	shift
	new_log "$_name"
	logged "$@"
	if [ "$status" -eq 0 ]; then
		echo 1 0 0
	else
		printf '0 1 0\nexit status %s\n' "$status"
	fi >"$log.tally"
	account "$_name" "$log" "$seconds" <"$log.tally"
}

# check_suite NAME DIR - "make check" in a configured DIR.
check_suite()
{
	_name=$1
	new_log "$_name"
	find "$2" -name '*.trs' -exec rm -f {} +
	rm -f "$2/test-suite.log"
	logged make -s -k -j"$(jobs)" -C "$2" check
	[ ! -s "$2/test-suite.log" ] || [ "$status" -eq 0 ] ||
		cat "$2/test-suite.log" >>"$log"
	find "$2" -name '*.trs' -exec cat {} + >"$log.trs"
	tally trs "$status" "$log.trs" >"$log.tally"
	account "$_name" "$log.trs" "$seconds" <"$log.tally"
}

# The closing line; fails when a test failed or none ran.
verdict()
{
	printf '%d passed, %d failed, %d skipped\n' \
		"$all_passed" "$all_failed" "$all_skipped"
	[ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
}
