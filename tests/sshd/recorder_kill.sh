#!/bin/sh
# The recorder, or one of its processes, is killed again and again in the middle
# of rejections: each is recorded or reported as lost, few are lost, and sshd
# never notices.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"

# Each round is a kill; ./dev fuzz has the long form.
rounds=${ROUNDS:-6}
drops=${DROPS:-240}     # by MaxStartups, each round
denials=${DENIALS:-100} # by a rule of hosts.deny, each round

sshd_world "$0" "$@"
printf 'sinks = file\nfold = 2s\nrefuse-delay = 0\n' \
	>/etc/security/sshwhy.conf
echo 'sshd: 127.0.2.0/255.255.255.0' >/etc/hosts.deny
SW_EXITS=$W/exits
export SW_EXITS
: >"$SW_EXITS"
SSHD_PRELOAD="$builddir/tests/tools/.libs/exits.so:$SSHD_HOOK"
snippet=$(sed -n 's/^\(LogVerbose .*\)/\1/p' "$srcdir/system/50-sshwhy.conf")
pids=

end_all()
{
	recorder_stop
	# Words are meant to be split.
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill $pids 2>/dev/null
	SSHD_PID=
	sshd_world_end
}
trap end_all EXIT

# start_at PORT [LINE...]
start_at()
{
	SSHD_PORT=$1
	shift
	sshd_start 'LogLevel INFO' 'LoginGraceTime 300' "$snippet" "$@" ||
		bail "sshd does not start"
	pids="$pids $SSHD_PID"
}

# child_of_recorder NTH: the writer is started first, then the worker.
child_of_recorder()
{
	sed 's/ /\n/g' "/proc/$RECORDER_PID/task/$RECORDER_PID/children" |
		grep . | sed -n "${1}p"
}

# kill_one HOW
kill_one()
{
	case $1 in
	writer) kill -KILL "$(child_of_recorder 1)" ;;
	worker) kill -KILL "$(child_of_recorder 2)" ;;
	all) kill -KILL "$RECORDER_PID" ;;
	esac
	wait "$RECORDER_PID" 2>/dev/null
	RECORDER_PID=
}

recorded()
{
	jq -n '[inputs | select(.event == "rejection") | .count] | add // 0' \
		"$RECORDS" 2>/dev/null || echo 0
}

lost()
{
	jq -n '[inputs | select(.event == "suppressed" and
		(.root // "" | startswith("lost"))) | .count] | add // 0' \
		"$RECORDS" 2>/dev/null || echo 0
}

is_complete()
{
	[ $(($(recorded) + $(lost))) -ge "$1" ]
}

# rejections PORT FROM COUNT AT-ONCE: how many were turned away.
rejections()
{
	left=$3
	while [ "$left" -gt 0 ]; do
		"$builddir/tests/tools/flood" "$2" 127.0.0.1 "$1" "$4" 10
		left=$((left - $4))
	done | awk '{ sum += $5 + $7 } END { print sum + 0 }'
}

round()
{
	rejections 2221 127.0.1.1 "$drops" 5 >"$W/dropped.$1" &
	dropping=$!
	rejections 2222 127.0.2.1 "$denials" 5 >"$W/denied.$1" &
	denying=$!
	SSHD_PORT=2222
	# Somewhere in the middle.
	sleep "0.$(($1 % 7 + 1))"
	kill_one "$2"
	[ "$(ssh_from 127.0.0.9 echo in)" = in ] || echo "dead $1" >>"$W/failed"
	recorder_start || bail "sshwhyd does not start again"
	[ "$(ssh_from 127.0.0.9 echo in)" = in ] || echo "live $1" >>"$W/failed"
	wait "$dropping" "$denying"
}

recorder_start || bail "sshwhyd does not start"
# The second one's configuration stays in its place: it is asked for.
start_at 2222 'MaxStartups 500'
start_at 2221 'MaxStartups 1:100:1'
mkfifo "$W/hold"
"$builddir/tests/tools/flood" -h 127.0.0.7 127.0.0.1 2221 1 \
	<"$W/hold" >"$W/holder" &
exec 8>"$W/hold"
wait_for "$W/holder" 'banner 1'

dmesg >"$W/dmesg.before" 2>/dev/null
i=0
while [ "$i" -lt "$rounds" ]; do
	i=$((i + 1))
	case $((i % 3)) in
	1) round "$i" all ;;
	2) round "$i" worker ;;
	0) round "$i" writer ;;
	esac
done
exec 8>&-

rejected=$(cat "$W"/dropped.* "$W"/denied.* | awk '{ s += $1 } END { print s }')
wait_until is_complete "$rejected"
# Whatever is counted twice would come now: all windows end.
recorder_stop
recorded=$(recorded)
lost=$(lost)
diag "$rejected rejections, $rounds kills: $recorded recorded, $lost lost"
is "$rejected" $((rounds * (drops + denials))) "all clients were turned away"
is $((recorded + lost)) "$rejected" \
	"each rejection is recorded or reported as lost"
holds "under one in a hundred is lost" test $((lost * 100)) -lt "$rejected"
is "$(jq -r 'select(.event == "rejection") | .cause' "$RECORDS" | sort -u |
	tr '\n' ' ')" 'limit.max-startups wrapper.deny ' \
	"both kinds are among them"
is "$(jq -r 'select(.event == "rejection") |
	"\(.rule.source):\(.rule.line)"' "$RECORDS" | sort -u | tr '\n' ' ')" \
	"/etc/hosts.deny:1 $W/sshd_config:4 " "each with its rule"
is "$(cat "$W/failed" 2>/dev/null)" '' "logins go on, recorder or not"
is "$(cat "$SW_EXITS")" '' "no process of sshd ended by a signal"
unlike "$(cat "$SSHD_LOG")" 'crash|fatal|signal' "and none had a complaint"
is "$(dmesg 2>/dev/null | diff "$W/dmesg.before" - | grep -c 'sshd.*segfault')" \
	0 "the kernel saw no fault of one"
done_testing
