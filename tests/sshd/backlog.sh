#!/bin/sh
# A listener that accepts nothing: the queue of its port overflows, which only
# the kernel counts. One record says so, and none does while there is room.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"

libs=$srcdir/build-sshd10/root/usr/lib/openssh
SSHD10=$srcdir/build-sshd10/root/usr/sbin/sshd

sshd_world "$0" "$@"
clients=
trap 'hang_up; recorder_stop; sshd_world_end' EXIT
printf 'sinks = file\nfold = 0\n' >/etc/security/sshwhy.conf

hang_up()
{
	[ -z "$clients" ] || kill "$clients" 2>/dev/null
	clients=
	kill -CONT "$SSHD_PID" 2>/dev/null
}

# connect COUNT: so many clients, which hold what they have got.
connect()
{
	"$builddir/tests/tools/flood" -h 127.0.3.1 127.0.0.1 "$SSHD_PORT" "$1" \
		<&8 8<&- >/dev/null 2>&1 &
	clients=$!
}

waiting()
{
	ss -Hltn "sport = :$SSHD_PORT" | awk '{ n += $2 } END { print n + 0 }'
}

waiting_is()
{
	[ "$(waiting)" = "$1" ]
}

overflowed()
{
	nstat -asz TcpExtListenOverflows | awk '/Listen/ { print $2 }'
}

backlogs()
{
	jq -r 'select(.cause == "server.backlog") |
		[.evidence, .via, .server.port, .client.addr, .count] |
		map(tostring) | join(" ")' "$RECORDS" 2>/dev/null
}

has_backlog()
{
	[ -n "$(backlogs)" ]
}

# What clients wait for, and never comes.
mkfifo "$W/hold"
exec 8<>"$W/hold"

# overflow NAME [LINE...]
overflow()
{
	name=$1
	shift
	rm -f "$RECORDS"
	recorder_start || bail "sshwhyd does not start"
	sshd_start "$@" || bail "sshd does not start"
	before=$(overflowed)
	kill -STOP "$SSHD_PID"
	connect 100
	holds "$name: 100 clients wait" wait_until waiting_is 100
	is "$(overflowed)" "$before" "$name: ... and have room"
	kill "$clients"
	wait "$clients" 2>/dev/null
	connect 140
	holds "$name: a full queue is recorded" wait_until has_backlog
	is "$(backlogs)" "inferred trace $SSHD_PORT null 1" \
		"$name: once, with the port, as inferred"
	like "$(jq -r 'select(.cause == "server.backlog") | .root' \
		"$RECORDS")" '^[0-9]+ connections wait where 128 have room' \
		"$name: with what the kernel says of the queue"
	hang_up
	sshd_stop
	recorder_stop
}

overflow 'sshd 9.2'
if [ -x "$SSHD10" ]; then
	SSHD=$SSHD10
	overflow 'sshd 10' "SshdSessionPath $libs/sshd-session" \
		"SshdAuthPath $libs/sshd-auth"
else
	skip "no OpenSSH 10 in build-sshd10 (./dev deps)" 'sshd 10'
fi
done_testing
