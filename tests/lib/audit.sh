# audit.sh - an audit log for a test, on a kernel that has only one audit.
# Sourced, POSIX shell; uses descriptor 9.
# shellcheck shell=sh
#
#	audit_begin DIR || skip_all "$AUDIT_WHY"
#	trap audit_end EXIT
#	trap 'exit 129' HUP INT TERM
#	...
#	audit_flush
#	ausearch -if "$AUDIT_LOG" ...
#
# One test at a time has the kernel's audit: audit_begin waits for the others.
# Long-lived programs that a test starts meanwhile are given 9>&-, or they keep
# the lock.

# Read by the tests.
# shellcheck disable=SC2034
AUDIT_LOG=   # the log in which records appear
# shellcheck disable=SC2034
AUDIT_WHY=   # why audit_begin failed
AUDIT_OURS=  # pid of the auditd that audit_begin started
AUDIT_SAVED= # settings to be put back

audit_status()
{
	auditctl -s 2>/dev/null | awk -v key="$1" '$1 == key { print $2 }'
}

# A file of /proc is the same one in whatever a test has mounted over /run.
audit_lock()
{
	exec 9</proc/version
	flock -w 1000 9 && return 0
	AUDIT_WHY="another test keeps the kernel's audit"
	return 1
}

# The log of the auditd that runs on this machine.
audit_use_running()
{
	AUDIT_LOG=$(sed -n 's/^log_file *= *//p' /etc/audit/auditd.conf \
		2>/dev/null)
	AUDIT_LOG=${AUDIT_LOG:-/var/log/audit/audit.log}
	if [ ! -r "$AUDIT_LOG" ]; then
		AUDIT_WHY="the log of the running auditd cannot be read"
		return 1
	fi
}

audit_write_conf()
{
	mkdir -p "$1/plugins.d"
	cat >"$1/auditd.conf" <<-END
		local_events = yes
		write_logs = yes
		log_file = $1/audit.log
		log_format = ENRICHED
		flush = NONE
		max_log_file = 256
		max_log_file_action = IGNORE
		num_logs = 0
		priority_boost = 0
		name_format = NONE
		space_left = 2
		space_left_action = IGNORE
		admin_space_left = 1
		admin_space_left_action = IGNORE
		disk_full_action = IGNORE
		disk_error_action = IGNORE
		verify_email = no
		plugin_dir = $1/plugins.d
		distribute_network = no
	END
	chmod 0640 "$1/auditd.conf"
	: >"$1/audit.log"
	chmod 0600 "$1/audit.log"
}

# audit_wait_for TEXT: until it stands in the log.
audit_wait_for()
{
	timeout 120 tail -n +1 -f "$AUDIT_LOG" | grep -q -m1 -F -e "$1"
}

# DAEMON_START is written just before auditd tells the kernel its pid.
audit_wait_until_ready()
{
	audit_wait_for type=DAEMON_START || return 1
	while [ "$(audit_status pid)" != "$AUDIT_OURS" ]; do
		kill -0 "$AUDIT_OURS" 2>/dev/null || return 1
		sleep 0.05
	done
}

audit_start_private()
{
	AUDIT_LOG=$1/audit.log
	audit_write_conf "$1"
	auditd -c "$1" -n 9>&- >"$1/auditd.out" 2>&1 &
	AUDIT_OURS=$!
	audit_wait_until_ready && return 0
	AUDIT_WHY="auditd did not start: $(cat "$1/auditd.out")"
	return 1
}

# audit_begin DIR: DIR exists, is absolute and the test's own.
# Fails with AUDIT_WHY where this machine cannot give a test an audit log.
audit_begin()
{
	for audit_tool in auditctl auditd ausearch; do
		command -v "$audit_tool" >/dev/null && continue
		AUDIT_WHY="$audit_tool is not installed"
		return 1
	done
	[ "$(id -u)" -eq 0 ] || {
		AUDIT_WHY="needs root"
		return 1
	}
	audit_lock || return 1
	audit_pid=$(audit_status pid)
	if [ -z "$audit_pid" ]; then
		AUDIT_WHY="the kernel offers no audit here"
	else
		AUDIT_SAVED="-e $(audit_status enabled) \
			-b $(audit_status backlog_limit) \
			--backlog_wait_time $(audit_status backlog_wait_time)"
		if [ "$audit_pid" -ne 0 ]; then
			audit_use_running && return 0
		else
			audit_start_private "$1" && return 0
		fi
	fi
	audit_end
	return 1
}

# audit_flush: all records that were sent before now stand in the log.
audit_flush()
{
	read -r audit_mark </proc/sys/kernel/random/uuid
	audit_mark=sshwhy-flush-$audit_mark.
	auditctl -m "$audit_mark" >/dev/null
	audit_wait_for "$audit_mark"
}

# audit_end: as it was before audit_begin; may be called again.
audit_end()
{
	if [ -n "$AUDIT_OURS" ]; then
		kill "$AUDIT_OURS" 2>/dev/null
		wait "$AUDIT_OURS" 2>/dev/null
		AUDIT_OURS=
	fi
	# Words are meant to be split.
	# shellcheck disable=SC2086
	[ -z "$AUDIT_SAVED" ] || auditctl $AUDIT_SAVED >/dev/null 2>&1
	AUDIT_SAVED=
	exec 9>&-
}
