#!/bin/sh
# own_kill.sh [LOOPS] - sshd's processes killed at any moment while they ask the
# ban list and the rate limit, and commands while they change the list: nobody
# under the limit is refused by what the dead left behind, the list is the old
# or the new one, and nothing waits for the dead.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"

sshd_world "$0" "$@"
trap 'stop_load; sshd_world_end' EXIT
sshd_overlay /var/lib || bail "no /var/lib of our own"
rm -rf /var/lib/sshwhy

loops=${1:-100}
sshwhy=${builddir:?}/sshwhy
knock=$builddir/tests/tools/knock
banned=127.0.0.66 # all the time
changed=127.2.0.1 # banned and unbanned, not under the limit
load=

stop_load()
{
	# shellcheck disable=SC2086 # several numbers
	[ -z "$load" ] || kill $load 2>/dev/null
	load=
}

# flood ADDR: connects far over its limit. A listener that is killed ends one
# round.
flood()
{
	while :; do
		"$knock" -q -r 50 "$1" 127.0.0.1 "$SSHD_PORT" 20 \
			>/dev/null 2>&1 || sleep 0.05
	done
}

# flood_of_new: each from another source.
flood_of_new()
{
	i=0
	while :; do
		i=$((i + 1))
		"$knock" -q "127.3.$((i / 250 % 250)).$((i % 250 + 1))" \
			127.0.0.1 "$SSHD_PORT" >/dev/null 2>&1
		sleep 0.02
	done
}

# ends ADDR COUNT: how each of its connections ends.
ends()
{
	timeout "$SW_PATIENCE" "$knock" "$1" 127.0.0.1 "$SSHD_PORT" "$2" |
		awk '{ print $3 }' | paste -s -d ' '
}

# newest_child PID: in $child. No program is run: it would be gone by then.
newest_child()
{
	child=
	children=
	read -r children <"/proc/$1/task/$1/children"
	for child in $children; do
		:
	done
	[ -n "$child" ]
} 2>/dev/null

# is_running PID: it has not ended, waited for or not.
is_running()
{
	state=Z
	read -r _ _ state _ <"/proc/$1/stat"
	[ "$state" != Z ]
} 2>/dev/null

port_is_free()
{
	[ -z "$(ss -Htln "sport = :$SSHD_PORT")" ]
}

# nobody_is_connected: no process of sshd has a client, or waits for anything.
nobody_is_connected()
{
	[ -z "$(ss -Htn state connected exclude time-wait \
		"sport = :$SSHD_PORT")" ]
}

start()
{
	sshd_start 'MaxStartups 1000' 'LoginGraceTime 1h'
}

# kill_newest ROUND: a session, or its unprivileged child if it has one.
kill_newest()
{
	newest_child "$SSHD_PID" || return 1
	victim=$child
	case $1 in
	*[13579]) ! newest_child "$victim" || victim=$child ;;
	esac
	is_running "$victim" && kill -KILL "$victim" 2>/dev/null
}

kill_listener()
{
	kill -KILL "$SSHD_PID"
	wait "$SSHD_PID" 2>/dev/null
	SSHD_PID=
	# A session that was just forked has the socket too.
	wait_until port_is_free && start
}

# kill_one ROUND: the listener in one of ten.
kill_one()
{
	case $1 in
	*0) kill_listener ;;
	*) until kill_newest "$1"; do :; done ;;
	esac
}

# change COMMAND: killed after 2 to 500 ms, perhaps before it is done. Its exit
# status.
change()
{
	timeout -s KILL "$(shuf -n 1 -e 0.002 0.004 0.008 0.016 0.032 0.5)" \
		"$sshwhy" "$@" >/dev/null 2>&1
}

# listed: the prefixes on the list in one line, or what is wrong with it.
listed()
{
	"$sshwhy" bans --json 2>&1 | sed 's/.*"prefix":"\([^"]*\)".*/\1/' |
		sort | tr '\n' ' '
}

# change_list: bans one address or lifts that ban. Reports a list that is
# neither the old nor the new one, or that sshd reads otherwise.
change_list()
{
	old=$now
	case $old in
	*"$changed"*) new="$banned " command='unban' ;;
	*) new="$banned $changed " command='ban --force' ;;
	esac
	# shellcheck disable=SC2086 # two words
	if change $command "$changed"; then
		old=$new
		changes=$((changes + 1))
	fi 2>/dev/null
	now=$(listed)
	[ "$now" = "$old" ] || [ "$now" = "$new" ] ||
		echo "$command: $now, not $new"
	case $now in
	*"$changed"*) wanted=closed ;;
	*) wanted=banner ;;
	esac
	end=$(ends "$changed" 1)
	[ "$end" = "$wanted" ] || echo "sshd: $end with $now"
}

printf '%s\n' 'sinks = file' \
	"rate.all = 2/1h burst 2 per 32/64 exempt $changed" \
	>/etc/security/sshwhy.conf
"$sshwhy" ban "$banned" --force >/dev/null || bail "no ban"
# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
start || bail "sshd does not start"
flood 127.0.0.2 &
load=$!
flood_of_new &
load="$load $!"

killed=0
changes=0
now="$banned "
: >"$W/limit"
: >"$W/list"
while [ "$killed" -lt "$loops" ]; do
	killed=$((killed + 1))
	kill_one "$killed" || bail "sshd does not start again"
	change_list >>"$W/list"
	new=127.1.$((killed / 250)).$((killed % 250 + 1))
	end=$(ends "$new" 3)
	[ "$end" = 'banner banner closed' ] || echo "$new: $end" >>"$W/limit"
	end=$(ends "$banned" 1)
	[ "$end" = closed ] || echo "$banned: $end" >>"$W/list"
done
stop_load
diag "$killed killed; $changes changes of the list done, the others killed"
is "$(cat "$W/limit")" '' "each new source gets its burst of two, and no third"
is "$(cat "$W/list")" '' "the ban list is the old or the new one, for sshd too"
is "$("$sshwhy" metrics | awk '/^sshwhy_rate_(untracked|impossible)_total / {
	print $2 }' | tr '\n' ' ')" '0 0 ' "no count was lost or made up"
holds "nothing waits for the dead" wait_until nobody_is_connected
done_testing
