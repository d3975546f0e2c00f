#!/bin/sh
# no_fork.sh - libwrap refuses a client because it cannot start the command of
# an option; the record names that rule.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"

# A group of processes that the kernel keeps small.
mkdir "$W/cgroup"
mount -t cgroup -o pids cgroup "$W/cgroup" 2>/dev/null ||
	mount -t cgroup2 cgroup2 "$W/cgroup" ||
	skip_all "no control groups"
[ -e "$W/cgroup/pids.max" ] || [ ! -e "$W/cgroup/cgroup.subtree_control" ] ||
	echo +pids >"$W/cgroup/cgroup.subtree_control" ||
	skip_all "processes cannot be counted"
group=$W/cgroup/${W##*/}
mkdir "$group"

end()
{
	recorder_stop
	sshd_world_end
	wait_until rmdir "$group" 2>/dev/null
}
trap end EXIT

# knock_with PROCESSES ADDR: what the client got.
knock_with()
{
	echo "$1" >"$group/pids.max"
	knock_from "$2" 1 | cut -d' ' -f3
	echo max >"$group/pids.max"
}

printf '%s\n' 'sinks = file' 'fold = 0' 'refuse-delay = 0' \
	>/etc/security/sshwhy.conf
# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start"
sshd_start || bail "sshd does not start"
echo "$SSHD_PID" >"$group/cgroup.procs"

cat >/etc/hosts.allow <<-END
	# A comment.
	sshd: 127.0.0.7: aclexec /bin/true
	sshd: 127.0.0.8: spawn /bin/true
END
echo 'ALL: ALL' >/etc/hosts.deny

# The listener and the client's own sshd are two.
is "$(knock_with max 127.0.0.7)" banner "a command that says yes lets in"
is "$(knock_with 2 127.0.0.7)" closed "one that cannot be started refuses"
wait_until records_sum_is 127.0.0.7 1
is "$(jq -r '[.cause, .rule.source, .rule.line, .rule.text] | join("|")' \
	"$RECORDS")" \
	'wrapper.broken-rule|/etc/hosts.allow|2|sshd: 127.0.0.7: aclexec /bin/true' \
	"and its rule is recorded"
is "$(knock_with 2 127.0.0.8)" banner \
	"a command that nobody waits for matters to nobody"
is "$(records_count)" 1 "and makes no record"

# The writer of a record is a process as well.
recorder_stop
lost()
{
	echo $(($(od -An -v -t u8 -j 16 -N 8 /run/sshwhy/state)))
}

lost_since_is()
{
	[ $(($(lost) - before)) -eq "$1" ]
}

before=$(lost)
is "$(knock_with 2 127.0.0.7)" closed "without a recorder it is refused too"
wait_until lost_since_is 1
is "$(lost)" $((before + 1)) "and counted as a rejection without a record"
is "$(knock_with max 127.0.0.7)" banner "with room again it is let in"

done_testing
