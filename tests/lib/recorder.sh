# recorder.sh - a real sshwhyd in the world of sshd.sh. Sourced, POSIX shell.
# shellcheck shell=sh

# shellcheck source=tests/lib/wait.sh
. "${srcdir:?}/tests/lib/wait.sh"

SSHWHYD=${SSHWHYD:-${builddir:?}/sshwhyd}
RECORDS=/var/log/sshwhy/rejections.jsonl
RECORDER_PID=

sshwhyd_run()
{
	"$SSHWHYD" --foreground "$@" 9>&- 2>>"${W:?}/sshwhyd.err"
}

# recorder_start [OPTION...]: returns when it is ready.
recorder_start()
{
	: >"$W/sshwhyd.err"
	"$SSHWHYD" --foreground "$@" 9>&- 2>>"$W/sshwhyd.err" &
	RECORDER_PID=$!
	wait_for "$W/sshwhyd.err" '^ready$'
}

# The root process, the worker, and the one that writes to audit.
recorder_processes()
{
	echo "$RECORDER_PID"
	pgrep -P "$RECORDER_PID"
}

# Milliseconds of a processor.
recorder_cpu()
{
	recorder_processes | while read -r pid; do
		cat "/proc/$pid/stat"
	done | awk '{ ticks += $14 + $15 } END { print ticks * 10 }'
}

# KiB; what several share is counted once.
recorder_memory()
{
	recorder_processes | while read -r pid; do
		cat "/proc/$pid/smaps_rollup"
	done | awk '/^Pss:/ { kib += $2 } END { print kib }'
}

recorder_stop()
{
	[ -n "$RECORDER_PID" ] || return 0
	kill "$RECORDER_PID" 2>/dev/null
	wait "$RECORDER_PID" 2>/dev/null
	RECORDER_PID=
}

# As the kernel's OOM killer would.
recorder_kill()
{
	kill -KILL "$RECORDER_PID"
	wait "$RECORDER_PID" 2>/dev/null
	RECORDER_PID=
}

recorder_hup()
{
	kill -HUP "$RECORDER_PID"
}

records_count()
{
	wc -l <"$RECORDS"
}

# records_sum ADDR: how many rejections of ADDR the records stand for.
records_sum()
{
	jq -n --arg addr "$1" '[inputs | select(.event == "rejection" and
		.client.addr == $addr) | .count] | add // 0' "$RECORDS"
}

records_sum_is()
{
	[ "$(records_sum "$1")" = "$2" ]
}
