#!/bin/sh
# A real recorder beside a real sshd: what modules tell becomes records, also
# when the recorder is killed, away or flooded.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT

cat >/etc/security/sshwhy.conf <<-END
	refuse-delay = 0
	sinks = file
	fold = 5s
END
echo 'sshd: 127.0.0.5, 127.0.0.6' >/etc/hosts.deny

SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start: $(cat "$W/sshwhyd.err")"
sshd_start || bail "sshd does not start"

# One refusal, one record.
knock_from 127.0.0.5 1 >/dev/null
wait_until records_sum_is 127.0.0.5 1
is "$(records_count)" 1 "one refused connection is one record"
is "$(jq -r '[.cause, .via, .evidence, .rule.source, .rule.line] | @csv' \
	"$RECORDS")" \
	'"wrapper.deny","hook","recorded","/etc/hosts.deny",1' \
	"the recorder writes what the hook saw"

# Twenty at once: the first is written, the rest counted at the window's end.
knock_from 127.0.0.6 20 >/dev/null
wait_until records_sum_is 127.0.0.6 20
is "$(records_sum 127.0.0.6)" 20 "the sum of all counts is what was refused"
is "$(jq -c 'select(.client.addr == "127.0.0.6")' "$RECORDS" | wc -l)" 2 \
	"equal refusals are folded into one record"

# Killed, and started again: what was told meanwhile is not lost.
recorder_kill
knock_from 127.0.0.5 30 >/dev/null
recorder_start
wait_until records_sum_is 127.0.0.5 31
is "$(records_sum 127.0.0.5)" 31 "a killed recorder loses no refusal"

# Stopped for good: modules write themselves, at once.
recorder_stop
knock_from 127.0.0.5 1 >/dev/null
wait_until records_sum_is 127.0.0.5 32
is "$(records_sum 127.0.0.5)" 32 "without a recorder the session writes"

holds "a login goes on without a recorder" ssh_from 127.0.0.1 true
recorder_start
holds "a login goes on with one" ssh_from 127.0.0.1 true
is "$(jq -r 'select(.client.addr == "127.0.0.1")' "$RECORDS")" "" \
	"an allowed login makes no record"

# A broken configuration: the old one stays, and it is said why.
echo 'fold = never' >/etc/security/sshwhy.conf
recorder_hup
wait_for "$W/sshwhyd.err" 'sshwhy.conf:1: '
holds "a refused configuration is named by file, line and reason" \
	grep -q 'sshwhy.conf:1: .*; the old one stays' "$W/sshwhyd.err"
recorder_stop
if sshwhyd_run; then status=0; else status=$?; fi
is "$status" 78 "a recorder does not start with a broken configuration"

done_testing
