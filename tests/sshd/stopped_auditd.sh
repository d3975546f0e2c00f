#!/bin/sh
# An auditd that hangs, or a recorder that does, delays no login: refusals go
# on, and a login takes as long as where there is no sshwhy. The same daemon is
# measured without it and with it, each time behind the same refusals.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"

seconds=${SECONDS_STOPPED:-6} # ./dev fuzz has the long form

sshd_world "$0" "$@"
trap 'let_go; recorder_stop; sshd_world_end; audit_end' EXIT
mkdir "$W/audit"
audit_begin "$W/audit" || skip_all "$AUDIT_WHY"
[ -n "$AUDIT_OURS" ] || skip_all "the auditd that runs is not ours to stop"
stopped=

let_go()
{
	[ -z "$stopped" ] || kill -CONT "$stopped" 2>/dev/null
	stopped=
}

now_ms()
{
	date +%s%3N
}

# Refusals from many sources, some 20 a second: libwrap keeps each for 5 s.
refuse()
{
	while [ -e "$W/going" ]; do
		"$builddir/tests/tools/flood" 127.0.2.1 127.0.0.1 \
			"$SSHD_PORT" 100 250 >/dev/null
	done
}

# logins NAME: while refusals go on, for $seconds; one login after the other,
# each one's duration in ms.
logins()
{
	end=$(($(now_ms) + seconds * 1000))
	: >"$W/took.$1"
	: >"$W/going"
	refuse 9>&- &
	refusing=$!
	while [ "$(now_ms)" -lt "$end" ]; do
		before=$(now_ms)
		[ "$(ssh_from 127.0.0.9 echo in)" = in ] ||
			echo "$1" >>"$W/failed"
		echo $(($(now_ms) - before)) >>"$W/took.$1"
	done
	rm "$W/going"
	wait "$refusing"
}

# figure NAME median|max
figure()
{
	sort -n "$W/took.$1" | awk -v want="$2" '{ v[NR] = $1 } END {
		print want == "max" ? v[NR] : v[int((NR + 1) / 2)] }'
}

say()
{
	diag "$1: $(wc -l <"$W/took.$1") logins, median" \
		"$(figure "$1" median) ms, longest $(figure "$1" max) ms"
}

# is_no_slower NAME: medians within a third and 100 ms, the longest one within
# 2 s, as other programs run beside it.
is_no_slower()
{
	say "$1"
	holds "$1: the median is that of sshd alone" test \
		"$(figure "$1" median)" -le \
		$(($(figure alone median) * 4 / 3 + 100))
	holds "$1: the longest login, too" test "$(figure "$1" max)" -le \
		$(($(figure alone max) * 4 / 3 + 2000))
}

echo 'sshd: 127.0.2.0/255.255.255.0' >/etc/hosts.deny
printf 'sinks = audit\nfold = 1s\n' >/etc/security/sshwhy.conf
auditctl -e 1 >/dev/null

sshd_start 'LogLevel INFO' || bail "sshd does not start"
kill -STOP "$AUDIT_OURS"
stopped=$AUDIT_OURS
logins alone
let_go
audit_flush
sshd_stop
say alone

SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start"
sshd_start 'LogLevel INFO' || bail "sshd does not start"
kill -STOP "$AUDIT_OURS"
stopped=$AUDIT_OURS
logins auditd-stopped
let_go
is_no_slower auditd-stopped
recorder=$(cat "/proc/$RECORDER_PID/task/$RECORDER_PID/children")
# Words are meant to be split.
# shellcheck disable=SC2086
kill -STOP "$RECORDER_PID" $recorder
stopped="$RECORDER_PID $recorder"
logins recorder-stopped
# shellcheck disable=SC2086
kill -CONT $stopped
stopped=
is_no_slower recorder-stopped
is "$(cat "$W/failed" 2>/dev/null)" '' "all logins work"
recorder_stop
audit_flush
holds "what was refused meanwhile is in the trail in the end" \
	grep -q 'op=ssh-reject reason=wrapper.deny' "$AUDIT_LOG"
done_testing
