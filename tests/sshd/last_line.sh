#!/bin/sh
# Of several MaxStartups lines it depends on sshd which one holds; the record
# names that one.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT

printf '%s\n' 'sinks = file' 'fold = 0' >/etc/security/sshwhy.conf
cat >/etc/ssh/limits <<-END
	MaxStartups 50
	MaxStartups 1
END
# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start"
sshd_write_config
sed -i '/^MaxStartups/d' "$W/sshd_config"
echo 'Include /etc/ssh/limits' >>"$W/sshd_config"
sshd_command "$SSHD" -D -f "$W/sshd_config" 9>&- >"$W/sshd.out" 2>&1 &
# shellcheck disable=SC2034 # ended by sshd_world_end
SSHD_PID=$!
wait_for "$SSHD_LOG" "Server listening on .* port $SSHD_PORT" ||
	bail "sshd does not start"

holding="exec 3<>/dev/tcp/127.0.0.1/$SSHD_PORT; read -r -t 20 <&3
	echo held; read -r"
mkfifo "$W/hold" "$W/held"
bash -c "$holding" <"$W/hold" >"$W/held" 2>/dev/null &
exec 8>"$W/hold"
read -r said <"$W/held"
is "$said" held "one connection is open"
knock_from 127.0.0.5 1 >"$W/knocks"
wait_until records_sum_is 127.0.0.5 1
is "$(jq -r '[.cause, .rule.source, .rule.line, .rule.text] | @csv' \
	"$RECORDS")" \
	'"limit.max-startups","/etc/ssh/limits",2,"MaxStartups 1"' \
	"the record names the line that holds"
exec 8>&-

done_testing
