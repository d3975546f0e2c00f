#!/bin/sh
# hook_ends.sh - how a session of sshd 9 ends tells whether it was refused: by
# the grace time, by a crash before the login; not by what looks like that.
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
printf '%s\n' 'sinks = file' 'refuse-delay = 0' 'fold = 0' \
	>/etc/security/sshwhy.conf
echo 'sshd: 127.0.0.15' >/etc/hosts.deny
SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start"

# What a session tells it tells until its process has ended.
sessions_are_over()
{
	! pgrep -P "$SSHD_PID" >/dev/null
}

# causes_of ADDR: once a client that came later has its record.
causes_of()
{
	wait_until sessions_are_over
	later=$(($(records_sum 127.0.0.15 2>/dev/null) + 1))
	knock_from 127.0.0.15 >/dev/null
	wait_until records_sum_is 127.0.0.15 "$later"
	jq -r --arg addr "$1" 'select(.client.addr == $addr) | .cause' \
		"$RECORDS"
}

start_quiet()
{
	sshd_write_config "$@"
	sshd_command "$SSHD" -D -f "$W/sshd_config" 9>&- >"$W/sshd.out" 2>&1 &
	SSHD_PID=$!
	wait_until listens
}

listens()
{
	bash -c ": </dev/tcp/127.0.0.1/$SSHD_PORT" 2>/dev/null
}

# At this level sshd does not say who was let in.
start_quiet 'LogLevel ERROR' || bail "sshd does not start"
# end_own_sshd ADDR: the variable is that of the shell that is logged into.
end_own_sshd()
{
	rm -f /home/alice/in
	# shellcheck disable=SC2016
	ssh_from "$1" 'echo in >in; kill -SEGV $PPID; sleep 5' >/dev/null
	is "$(cat /home/alice/in)" in "a user is in"
}

end_own_sshd 127.0.0.9
is "$(causes_of 127.0.0.9)" '' \
	"and who ends his own sshd then was not refused"
sshd_stop

# In the debugging mode sshd sets no limit, and still says when it ends.
sshd_write_config 'LogLevel ERROR'
sshd_command "$SSHD" -d -f "$W/sshd_config" 9>&- >"$W/sshd.out" 2>&1 &
SSHD_PID=$!
wait_for "$W/sshd.out" 'Server listening on .*::'
end_own_sshd 127.0.0.10
wait "$SSHD_PID"
SSHD_PID=
start_quiet 'LogLevel ERROR' || bail "sshd does not start"
is "$(causes_of 127.0.0.10)" '' "nor was he with sshd -d"

# sleeper: a client that says no more than its version.
sleeper()
{
	bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "SSH-2.0-x\r\n" >&3
		cat <&3 >/dev/null' sleeper "$SSHD_PORT" &
	sleeper=$!
}

unprivileged()
{
	pgrep -f '^sshd: .*\[net\]'
}

sleeper
wait_until unprivileged >/dev/null
kill -SEGV "$(unprivileged)"
wait "$sleeper"
is "$(causes_of 127.0.0.1)" server.crash \
	"a crash of the unprivileged process is one, before the login"
sshd_stop

# Its PAM has a process of its own for keyboard-interactive; when that dies the
# session ends as by the grace time.
cat >/etc/pam.d/sshd <<-END
	auth	required pam_exec.so quiet $W/slow
	account	required pam_permit.so
END
printf '#!/bin/sh\nsleep 20\n' >"$W/slow"
chmod 0755 "$W/slow"
start_quiet 'LogLevel ERROR' 'KbdInteractiveAuthentication yes' \
	'UsePAM yes' 'LoginGraceTime 100' || bail "sshd does not start"
asks_pam()
{
	pgrep -f '^sshd: alice \[pam\]'
}

ssh -F /dev/null -b 127.0.0.11 -p "$SSHD_PORT" \
	-o PreferredAuthentications=keyboard-interactive \
	-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
	alice@127.0.0.1 true </dev/null >"$W/asked" 2>&1 &
client=$!
wait_until asks_pam >/dev/null
kill -SEGV "$(asks_pam)"
wait "$client"
like "$(cat "$W/asked")" 'closed|reset' "the session ends with PAM's process"
is "$(causes_of 127.0.0.11)" '' "which is no end by the grace time"
sshd_stop

start_quiet 'LogLevel ERROR' 'LoginGraceTime 1' || bail "sshd does not start"
rm "$RECORDS"
sleeper
wait "$sleeper"
is "$(causes_of 127.0.0.1)" config.grace-time "this one is"
sshd_stop
done_testing
