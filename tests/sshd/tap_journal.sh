#!/bin/sh
# A real journald, sshd and recorder, without the hook: what root's sshd says in
# the journal becomes records, and what anyone else says under its name does not.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

JOURNALD=/lib/systemd/systemd-journald
[ -x "$JOURNALD" ] || skip_all "systemd-journald is not installed"
sshd_world "$0" "$@"

journald=
reader=
holder=
stop_all()
{
	recorder_stop
	for pid in $holder $reader $journald; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	sshd_world_end
}
trap stop_all EXIT

# /dev/log is journald's now; sshd.sh reads what it forwards to its readers.
journald_start()
{
	kill "$SSHD_LOGGER" 2>/dev/null
	wait "$SSHD_LOGGER" 2>/dev/null
	SSHD_LOGGER=
	mkdir -p /run/systemd/journal /run/log/journal
	chgrp systemd-journal /run/log/journal
	chmod 2755 /run/log/journal
	# The kernel's audit is not for this journald to switch off.
	mkdir -p /etc/systemd/journald.conf.d
	printf '[Journal]\nAudit=\nReadKMsg=no\n' \
		>/etc/systemd/journald.conf.d/sshwhy.conf
	rm -f /dev/log
	ln -s /run/systemd/journal/dev-log /dev/log
	"$JOURNALD" 9>&- 2>"$W/journald.err" &
	journald=$!
	wait_until test -S /run/systemd/journal/dev-log &&
		wait_until test -S /run/systemd/journal/io.systemd.journal &&
		wait_until journalctl --sync 2>/dev/null || return 1
	journalctl -f -n 0 -o cat >>"$SSHD_LOG" 2>/dev/null &
	reader=$!
}

# hold_place: one connection that has not logged in keeps MaxStartups full.
hold_place()
{
	: >"$W/held"
	bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1; read -r x <&3; echo "$x"
		exec sleep 1000' - "$SSHD_PORT" >"$W/held" 9>&- &
	holder=$!
	wait_for "$W/held" '^SSH-2.0'
}

let_go()
{
	kill "$holder"
	wait "$holder" 2>/dev/null
	holder=
}

what_is_recorded()
{
	jq -r --arg addr "$1" 'select(.client.addr == $addr) |
		[.cause, .via, .evidence] | @csv' "$RECORDS" | sort -u
}

drop_of()
{
	echo "drop connection #1 from [$1]:51234 on [127.0.0.1]:2222 past MaxStartups"
}

cat >/etc/security/sshwhy.conf <<-END
	sinks = file
	fold = 0
	unknown-users = yes
END
install -d -m 0750 /var/log/sshwhy
: >"$RECORDS"
chmod 0640 "$RECORDS"
echo 'mallory:x:4243:4242::/:/bin/sh' >>/etc/passwd
journald_start || bail "journald does not start: $(cat "$W/journald.err")"
sshd_start 'MaxStartups 1' 'DenyUsers mallory' 'MaxSessions 1' \
	'LogVerbose *:drop_connection():*,*:should_drop_connection():*' ||
	bail "sshd does not start"

hold_place || bail "sshd does not answer"
knock_from 127.0.0.4 2 >/dev/null
journalctl --sync
recorder_start --journal || bail "sshwhyd: $(cat "$W/sshwhyd.err")"
unlike "$(cat "$W/sshwhyd.err")" 'not followed' "the journal is followed"

# What anyone can write, before and among what sshd writes.
for address in 203.0.113.1 203.0.113.2 203.0.113.3; do
	logger -p authpriv.info -t sshd "$(drop_of $address)"
	logger -p authpriv.info --id="$SSHD_PID" -t sshd "$(drop_of $address)"
	setpriv --reuid nobody --clear-groups \
		logger -p authpriv.info -t sshd "$(drop_of $address)"
	drop_of $address | systemd-cat -t sshd
	logger --journald <<-END
		MESSAGE=$(drop_of $address)
		SYSLOG_IDENTIFIER=sshd
		_UID=0
		_EXE=/usr/sbin/sshd
		_SYSTEMD_UNIT=ssh.service
	END
	logger --journald <<-END
		MESSAGE=ssh.socket: Too many incoming connections (64) from source $address, dropping connection.
		UNIT=ssh.socket
		_PID=1
		_COMM=systemd
	END
done

knock_from 127.0.0.5 7 >/dev/null
wait_until records_sum_is 127.0.0.5 7
is "$(records_sum 127.0.0.5)" 7 "each drop of a real sshd is recorded"
is "$(what_is_recorded 127.0.0.5)" \
	'"limit.max-startups","log","recorded"' \
	"its cause is known, and that the line can be trusted"
is "$(records_sum 127.0.0.4)" 0 "what stood in the journal before is not read"
is "$(jq -r 'select(.client.addr // "" | startswith("203.0.113.")) |
	.client.addr' "$RECORDS")" "" "no line of logger's becomes a record"
is "$(grep -c limit.socket-unit "$RECORDS")" 0 \
	"nobody else speaks for the service manager"

# Rotation, and the old files deleted.
journalctl --rotate
journalctl --vacuum-files=1 >/dev/null 2>&1
is "$(find /run/log/journal -name 'system@*' | wc -l)" 0 \
	"the rotated journal is gone"
knock_from 127.0.0.6 3 >/dev/null
wait_until records_sum_is 127.0.0.6 3
is "$(records_sum 127.0.0.6)" 3 "a rotated journal is followed"
let_go

# The process of the session says it, with its pid as the only key.
SSH_USER=mallory ssh_from 127.0.0.8 true >/dev/null
wait_until records_sum_is 127.0.0.8 1
is "$(what_is_recorded 127.0.0.8)" '"config.deny-user","log","recorded"' \
	"a user that is denied is recorded"

# MaxSessions: said by a process of alice's, who could say anything.
SSH_OPTIONS="-M -S $W/master" ssh_from 127.0.0.9 'echo up; sleep 1000' \
	>"$W/first" &
wait_for "$W/first" '^up$'
ssh -F /dev/null -S "$W/master" -p "$SSHD_PORT" alice@127.0.0.1 true \
	>/dev/null 2>&1
wait_until grep -q limit.sessions "$RECORDS"
is "$(jq -r 'select(.cause == "limit.sessions") | [.via, .evidence] | @csv' \
	"$RECORDS")" '"log","inferred"' \
	"what only a user's process says is not called recorded"
ssh -F /dev/null -S "$W/master" -O exit alice@127.0.0.1 2>/dev/null

# What sshd says of its configuration goes to standard error, which is
# journald's where a service manager started it.
SSHD_PORT=$((SSHD_PORT + 1))
is_known_to_journald()
{
	knock_from 127.0.0.4 >/dev/null
	journalctl --sync
	[ -n "$(journalctl -q -n 1 _PID="$service" _COMM=sshd)" ]
}

refuses()
{
	# Its listener has to speak, or journald looks at it no second time.
	sshd_write_config 'LogLevel DEBUG1' "$2"
	systemd-cat -t sshd "$1" -D -f "$W/sshd_config" 9>&- &
	service=$!
	wait_for "$SSHD_LOG" "Server listening on .* port $SSHD_PORT" ||
		bail "$1 does not start: $(tail -n 5 "$SSHD_LOG")"
	wait_until is_known_to_journald ||
		diag "journald takes it for what started it"
	printf 'Nonsense yes\nMore nonsense\n' >>"$W/sshd_config"
	kill -HUP "$service"
	wait "$service"
	journalctl --sync
}

refused()
{
	jq -r 'select(.cause == "server.config") | [.pid, .via, .evidence,
		.client.addr, .rule.source, .rule.line, .root] | @csv' \
		"$RECORDS"
}

bad_line()
{
	awk '/^Nonsense/ { print NR }' "$W/sshd_config"
}

for name in nobody root; do
	id=0
	[ $name = root ] || id=65534
	for words in 'line 3: Bad configuration option: x' \
		'terminating, 1 bad configuration options'; do
		echo "/etc/ssh/sshd_config: $words" |
			setpriv --reuid $id --clear-groups systemd-cat -t sshd
	done
done
refuses "$SSHD" 'Protocol 2'
wait_until grep -q server.config "$RECORDS"
is "$(refused)" \
	"$service,\"log\",\"recorded\",,\"$W/sshd_config\",$(bad_line),\"Bad configuration option: Nonsense\"" \
	"an sshd that refuses its configuration at SIGHUP is recorded"

SSHD10=$srcdir/build-sshd10/root/usr
[ -x "$SSHD10/sbin/sshd" ] || bail "no OpenSSH 10 in build-sshd10 (./dev deps)"
SSHD_PORT=$((SSHD_PORT + 1))
: >"$SSHD_LOG"
refuses "$SSHD10/sbin/sshd" \
	"SshdSessionPath $SSHD10/lib/openssh/sshd-session
SshdAuthPath $SSHD10/lib/openssh/sshd-auth"
two_are_refused()
{
	[ "$(refused | wc -l)" -ge 2 ]
}
wait_until two_are_refused
is "$(refused | tail -n +2)" \
	"$service,\"log\",\"recorded\",,\"$W/sshd_config\",$(bad_line),\"Bad configuration option: Nonsense\"" \
	"so is an OpenSSH 10"

done_testing
