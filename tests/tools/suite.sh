# suite.sh - runs suites and keeps the count; sourced, with $top and $logs set.
#
# Each suite's output is kept in $logs/NAME.log. One line is printed for each;
# of one that failed, everything; of skipped tests, their lines. What has been
# counted stands in $logs/counts, so suites may run beside each other.
# shellcheck shell=sh
# shellcheck disable=SC2154

suite_limit=1200 # seconds
lane=            # pid of what runs in the background

begin_count()
{
	mkdir -p "$logs"
	: >"$logs/counts"
}

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
	echo "$_passed $_failed $_skipped" >>"$logs/counts"
	{
		printf '%-34s %6d passed %3d failed %3d skipped %5d s\n' \
			"$1" "$_passed" "$_failed" "$_skipped" "$3"
		if [ "$_failed" -gt 0 ]; then
			sed 's/^/  | /' "$log"
			sed "s|^|  ! $1: |"
		elif [ "$_skipped" -gt 0 ]; then
			grep -aE '# *SKIP|result: SKIP' "$2" | sed 's/^/  | /'
		fi
	} >"$log.said"
	cat "$log.said"
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

# beside FUNCTION... - its suites run in the background until join.
beside()
{
	("$@") &
	lane=$!
}

# A lane that ended early has not run all of its suites.
join()
{
	wait "$lane" || {
		echo "a lane of suites ended with status $?"
		echo 0 1 0 >>"$logs/counts"
	}
	lane=
}

# leave_lane - where the run itself is ended early.
leave_lane()
{
	[ -n "$lane" ] || return 0
	kill "$lane" 2>/dev/null
	pkill -P "$lane"
	lane=
}

# The closing line; fails when a test failed or none ran.
verdict()
{
	awk '{ passed += $1; failed += $2; skipped += $3 }
		END {
			printf "%d passed, %d failed, %d skipped\n",
				passed, failed, skipped
			exit failed > 0 || passed == 0
		}' "$logs/counts"
}
