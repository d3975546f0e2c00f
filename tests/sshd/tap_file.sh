#!/bin/sh
# A real sshd that logs to a syslog file, without the hook: the recorder follows
# the file through both ways of rotation, and calls nothing in it recorded.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"

holder=
stop_all()
{
	recorder_stop
	[ -z "$holder" ] || kill "$holder" 2>/dev/null
	sshd_world_end
}
trap stop_all EXIT

# logger_start FILE: like a syslog daemon it keeps FILE open as it is now.
logger_start()
{
	"$builddir/tests/tools/logsink" /dev/log "$1" >"$W/logger" 9>&- &
	logger_next=$!
	read -r ready <"$W/logger"
	kill "$SSHD_LOGGER" 2>/dev/null
	wait "$SSHD_LOGGER" 2>/dev/null
	SSHD_LOGGER=$logger_next
	[ "$ready" = ready ]
}

drop_from()
{
	knock_from "$1" "$2" >/dev/null
	wait_until records_sum_is "$1" "$2" 2>/dev/null
	is "$(records_sum "$1")" "$2" "$3"
}

cat >/etc/security/sshwhy.conf <<-END
	sinks = file
	fold = 0
END
install -d -m 0750 /var/log/sshwhy
: >"$RECORDS"
chmod 0640 "$RECORDS"
LOG=/var/log/auth.log
: >"$LOG"
chgrp adm "$LOG"
chmod 0640 "$LOG"
SSHD_LOG=$LOG
logger_start "$LOG" || bail "logsink does not start"
sshd_start 'MaxStartups 1' \
	'LogVerbose *:drop_connection():*,*:should_drop_connection():*' ||
	bail "sshd does not start"

: >"$W/held"
bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1; read -r x <&3; echo "$x"
	exec sleep 1000' - "$SSHD_PORT" >"$W/held" 9>&- &
holder=$!
wait_for "$W/held" '^SSH-2.0' || bail "sshd does not answer"

knock_from 127.0.0.2 1 >/dev/null
wait_for "$LOG" 'from \[127.0.0.2\].*past MaxStartups'
recorder_start --log-file "$LOG" || bail "sshwhyd: $(cat "$W/sshwhyd.err")"
unlike "$(cat "$W/sshwhyd.err")" 'not followed' "the file is followed"

drop_from 127.0.0.3 3 "each line of a drop is a record"
is "$(jq -r '[.cause, .via, .evidence] | @csv' "$RECORDS" | sort -u)" \
	'"limit.max-startups","log","inferred"' \
	"what stands in a file is not called recorded"
is "$(records_sum 127.0.0.2)" 0 "what stood in the file before is not read"

# As logrotate does it by default: the logger does not know at once.
mv "$LOG" "$LOG.1"
: >"$LOG"
chgrp adm "$LOG"
chmod 0640 "$LOG"
drop_from 127.0.0.4 2 "lines that still go to the renamed file are read"
logger_start "$LOG"
drop_from 127.0.0.5 2 "then those of the new one"
rm "$LOG.1"

# And with copytruncate.
cp "$LOG" "$LOG.1"
: >"$LOG"
drop_from 127.0.0.6 2 "a file that was copied and emptied is read on"

# A line that arrives in two pieces.
line='sshd[41]: drop connection #1 from [127.0.0.7]:5 on [127.0.0.1]:2222'
printf '%s web1 %s' "$(date '+%b %e %T')" "${line%from*}" >>"$LOG"
drop_torn="from${line##*from} past MaxStartups"
is "$(records_sum 127.0.0.7)" 0 "half a line is no record"
printf '%s\n' "$drop_torn" >>"$LOG"
wait_until records_sum_is 127.0.0.7 1
is "$(records_sum 127.0.0.7)" 1 "a whole one is"

is "$(jq -r .evidence "$RECORDS" | sort -u)" inferred \
	"and all of them are inferred"
now=$(date +%s)
jq -r '.time | sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601' "$RECORDS" |
	while read -r seconds; do
		[ $((now - seconds)) -lt 120 ] && [ "$seconds" -le "$now" ] ||
			echo "$seconds"
	done >"$W/late"
is "$(cat "$W/late")" "" "their times are those of the lines"

# Without permission the recorder goes on, and says so.
recorder_stop
chmod 0600 "$LOG"
recorder_start --log-file "$LOG"
like "$(cat "$W/sshwhyd.err")" "auth.log is not followed: Permission denied" \
	"a file that may not be read is named"

done_testing
