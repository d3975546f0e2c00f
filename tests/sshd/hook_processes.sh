#!/bin/sh
# The hook in each of sshd's processes: a daemon that went into the background,
# one that was told to read its files again, and a session that has become its
# user's.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT
config=/etc/security/sshwhy.conf
printf 'sinks = file\nfold = 1s\n' >"$config"
SSHD_PRELOAD=$SSHD_HOOK
snippet=$(sed -n 's/^\(LogVerbose .*\)/\1/p' "$srcdir/system/50-sshwhy.conf")

# background [LINE...]: sshd as it is started without -D.
background()
{
	sshd_write_config "$@"
	: >"$SSHD_LOG"
	LD_PRELOAD=$SSHD_HOOK "$SSHD" -f "$W/sshd_config" 9>&- &&
		wait_for "$SSHD_LOG" "Server listening on .* port $SSHD_PORT"
	SSHD_PID=$(cat "$W/sshd.pid")
}

# Its parent has gone, nobody can wait for it.
end_background()
{
	kill "$SSHD_PID"
	while kill -0 "$SSHD_PID" 2>/dev/null; do
		sleep 0.05
	done
	SSHD_PID=
}

flood()
{
	"$builddir/tests/tools/flood" "$1" 127.0.0.1 "$SSHD_PORT" "$2"
}

# sum ADDR is what the records of ADDR stand for.
refused_in_background()
{
	seen=$(flood "$1" 8)
	is "$seen" '8 banner 1 dropped 7 closed 0' "$2: seven are dropped"
	wait_until records_sum_is "$1" 7
	is "$(records_sum "$1")" 7 "$2: and recorded"
	is "$(jq -r --arg addr "$1" 'select(.client.addr == $addr) |
		"\(.cause) \(.via) \(.evidence)"' "$RECORDS" | sort -u)" \
		'limit.max-startups hook recorded' "$2: by the hook"
}

recorder_start || bail "sshwhyd does not start"
background 'LogLevel INFO' 'MaxStartups 1:100:1' "$snippet" ||
	bail "sshd does not start"
refused_in_background 127.0.0.11 "in the background"
: >"$SSHD_LOG"
kill -HUP "$SSHD_PID"
wait_for "$SSHD_LOG" "Server listening on .* port $SSHD_PORT"
SSHD_PID=$(cat "$W/sshd.pid")
refused_in_background 127.0.0.12 "after SIGHUP"
end_background

# Where there is no recorder a session writes its record itself, a listener
# never: it would wait for the kernel while others want to be let in.
recorder_stop
rm -rf /run/sshwhy "$RECORDS"
background 'LogLevel INFO' 'MaxStartups 1:100:1' "$snippet" ||
	bail "sshd does not start"
is "$(flood 127.0.0.13 8)" '8 banner 1 dropped 7 closed 0' \
	"without a recorder: seven are dropped"
# A later record of a session comes behind whatever the listener wrote.
echo 'sshd: 127.0.0.15' >/etc/hosts.deny
wait_until test "$(flood 127.0.0.16 1)" = '1 banner 1 dropped 0 closed 0'
knock_from 127.0.0.15 >/dev/null
wait_until records_sum_is 127.0.0.15 1
is "$(jq -r .client.addr "$RECORDS" | sort -u)" 127.0.0.15 \
	"without a recorder: the listener writes nothing"
end_background
: >/etc/hosts.deny
recorder_start || bail "sshwhyd does not start"

# A user's own processes hold nothing of the recorder's but one socket.
sshd_start || bail "sshd does not start"
: >"$W/user"
# The variable of the shell that is logged into.
# shellcheck disable=SC2016
ssh_from 127.0.0.1 'echo $PPID; sleep 1000' >"$W/user" &
client=$!
wait_for "$W/user" '^[0-9]+$'
user=$(head -n 1 "$W/user")
is "$(awk '$1 == "Uid:" { print $2 }' "/proc/$user/status")" 4242 \
	"the session's process is the user's"
is "$(grep -c /run/sshwhy "/proc/$user/maps")" 0 \
	"it has no mapping of the recorder's files"
unlike "$(ls -l "/proc/$user/fd")" '/run/sshwhy' \
	"and no descriptor of them"
kill "$client"
wait "$client" 2>/dev/null
sshd_stop
recorder_stop

# What the hook itself has to say is not taken for sshd's words.
rm -rf /run/sshwhy "$RECORDS"
echo 'refuse-delay = never' >"$config"
sshd_start 'DenyUsers alice' || bail "sshd does not start"
ssh_from 127.0.0.14 true >"$W/denied"
like "$(cat "$W/denied")" 'denied' "a user is denied"
wait_for "$SSHD_LOG" 'sshwhy.conf:1: '
# The syslog line is there whether or not this machine audits.
wait_for "$SSHD_LOG" 'sshwhy.*: rejected ' || diag "$(cat "$SSHD_LOG")"
is "$(sed -n 's/.*sshwhy.*: rejected \([^ ]*\) .*: \([^ ]*\) (.*/\2 \1/p' \
	"$SSHD_LOG" | sort -u)" 'config.deny-user 127.0.0.14' \
	"its record is right although the hook complained meanwhile"
sshd_stop
done_testing
