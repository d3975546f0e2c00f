#!/bin/sh
# What the snippet for sshd_config.d changes in the log of a real sshd: the drops
# are all there, by two functions' statements alone, and fail2ban counts the same
# lines as without it.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"

command -v fail2ban-regex >/dev/null || skip_all "fail2ban is not installed"
filter=/etc/fail2ban/filter.d/sshd.conf
[ -r "$filter" ] || skip_all "fail2ban has no filter for sshd"
sshd_world "$0" "$@"

SNIPPET=$srcdir/system/50-sshwhy.conf
DROPS=6
holder=
stop_all()
{
	[ -z "$holder" ] || kill "$holder" 2>/dev/null
	sshd_world_end
}
trap stop_all EXIT

# hold: a connection that has not logged in; MaxStartups counts it.
hold()
{
	: >"$W/held"
	bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1; read -r x <&3; echo "$x"
		exec sleep 1000' - "$SSHD_PORT" >"$W/held" 9>&- &
	holder=$!
	wait_for "$W/held" '^SSH-2.0' || bail "sshd does not answer"
}

let_go()
{
	kill "$holder"
	wait "$holder" 2>/dev/null
	holder=
	wait_for "$SSHD_LOG" 'Connection (closed|reset) by 127.0.0.1 '
}

keep_log()
{
	sshd_stop
	sed 's/^<[0-9]*>\(.\{15\}\)/\1 web1/' "$SSHD_LOG" >"$W/$1"
}

# run NAME LINE...: the same clients each time; the log becomes $W/NAME.
run()
{
	name=$1
	shift
	sshd_start 'LogLevel INFO' 'MaxStartups 1' "$@" || bail "no sshd"
	hold
	knock_from 127.0.0.5 $DROPS >"$W/knocks"
	let_go
	# Each waits for the one before, or MaxStartups is full again.
	for user in alice nobody-at-all admin; do
		SSH_USER=$user ssh_from 127.0.0.6 true >/dev/null
		[ $user = alice ] && wanted='Accepted publickey for alice' ||
			wanted="closed by invalid user $user"
		wait_for "$SSHD_LOG" "$wanted" || bail "no line: $wanted"
	done
	keep_log "$name"
}

# run_random NAME LINE...: some are dropped by lot.
run_random()
{
	name=$1
	shift
	sshd_start 'LogLevel INFO' 'MaxStartups 1:50:100' "$@" || bail "no sshd"
	hold
	knock_from 127.0.0.5 20 >"$W/knocks"
	let_go
	keep_log "$name"
}

# counted NAME MODE: how many lines fail2ban's filter takes for failures.
counted()
{
	fail2ban-regex "$W/$1" "${filter}[mode=$2]" |
		sed -n 's/^Lines: .* \([0-9]*\) matched.*/\1/p'
}

# forced NAME: the functions whose statements were forced out.
forced()
{
	sed -n 's/.* sshd\[[0-9]*\]: .*[a-z]\.c:\([a-z_]*()\):[0-9]* (pid=.*/\1/p' \
		"$W/$1" | sort -u | tr '\n' ' '
}

active=$(sed -n '/^LogVerbose/p' "$SNIPPET")
per_source=$(sed -n 's/^#\(LogVerbose\)/\1/p' "$SNIPPET")

run without
run with "$active"
run limited "$per_source" 'PerSourceMaxStartups 20'
run limited_without 'PerSourceMaxStartups 20'
run_random random "$active"
run_random random_limited "$per_source" 'PerSourceMaxStartups 20'

drops='drop connection #1 from \[127.0.0.5\]:[0-9]* on'
is "$(grep -c "$drops" "$W/without")" 1 "without it sshd tells one drop"
is "$(grep -c "$drops" "$W/with")" $DROPS "with it each of them"
is "$(grep -c "$drops" "$W/limited")" $DROPS "also beside PerSourceMaxStartups"
is "$(forced without)" "" "nothing is forced out without it"
is "$(forced random)" "drop_connection() should_drop_connection() " \
	"two functions are forced out and nothing else"
is "$(forced random_limited)" \
	"drop_connection() should_drop_connection() srclimit_check_allow() " \
	"three where sources are limited"

# pick NAME: the lines that were not forced, without what differs by chance;
# the log may be kept before its last line has come.
pick()
{
	grep -v '\.c:[a-z_]*():' "$W/$1" |
		grep -v -e 'MaxStartups' -e 'Received signal 15' |
		sed 's/^.*sshd\[[0-9]*\]: //; s/port [0-9]*/port N/g
			s/after [0-9:]*/after N/'
}
is "$(pick with)" "$(pick without)" "every other line is as it was"

for mode in normal aggressive; do
	before=$(counted without $mode)
	[ "${before:-0}" -gt 0 ]
	ok $? "$mode: fail2ban counts failures in this log ($before)"
	is "$(counted with $mode)" "$before" "$mode: and as many with it"
	is "$(counted limited $mode)" "$(counted limited_without $mode)" \
		"$mode: also where sources are limited"
done
done_testing
