# tap.sh - results in the Test Anything Protocol. Sourced, POSIX shell.
# shellcheck shell=sh
#
# A test reads it, calls ok, is, like and skip, and ends with done_testing.

tap_count=0
tap_failed=0

# ok STATUS NAME: one result; STATUS is 0 where it holds.
ok()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $2"
	fi
	return "$1"
}

# diag TEXT...: lines for the person who looks at a failure.
diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# holds NAME COMMAND...: the command succeeds; what it wrote is shown if not.
holds()
{
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		ok 0 "$tap_name"
	else
		ok 1 "$tap_name"
		diag "failed: $*"
		diag "$tap_output"
	fi
}

# fails NAME COMMAND...: the command does not succeed.
fails()
{
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		ok 1 "$tap_name"
		diag "succeeded: $*"
		diag "$tap_output"
	else
		ok 0 "$tap_name"
	fi
}

# is GOT WANTED NAME: both texts are the same.
is()
{
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "got:    $1"
		diag "wanted: $2"
	fi
}

# like TEXT PATTERN NAME: a line of TEXT matches the extended PATTERN.
like()
{
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "got:       $1"
		diag "not found: $2"
	fi
}

# unlike TEXT PATTERN NAME: no line of TEXT matches.
unlike()
{
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok 1 "$3"
		diag "got:   $1"
		diag "found: $2"
	else
		ok 0 "$3"
	fi
}

# skip REASON NAME: a result that this machine cannot give.
skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $2 # SKIP $1"
}

# skip_all REASON: the whole test cannot run here. Ends the script.
skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# bail REASON: something is broken, going on makes no sense. Ends the script.
bail()
{
	echo "Bail out! $1"
	exit 99
}

# done_testing: the plan. Ends the script: 0, or 1 after a failure.
done_testing()
{
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ] || exit 1
	exit 0
}
