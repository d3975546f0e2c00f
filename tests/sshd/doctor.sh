#!/bin/sh
# sshwhy doctor beside a real sshd, recorder and auditd: what it finds when all
# is open, and that it notices each thing that is closed again.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"
. "$srcdir/tests/lib/audit.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; audit_end; sshd_world_end' EXIT
mkdir -p /etc/security /etc/audit
sshd_overlay /var/lib || bail "no /var/lib of our own"
rm -rf /var/lib/sshwhy

# examine: fills in seen and status.
examine()
{
	seen=$("${builddir:?}/sshwhy" doctor --json)
	status=$?
}

# state CHECK: what it is said to be.
state()
{
	printf '%s\n' "$seen" | jq -r --arg check "$1" \
		'select(.check == $check) | .state'
}

# finds STATE CHECK NAME [TEXT]
finds()
{
	is "$(state "$2")" "$1" "$3" || diag "$seen"
	[ -z "${4:-}" ] || like "$(printf '%s\n' "$seen" |
		jq -r --arg check "$2" 'select(.check == $check) | .text')" \
		"$4" "$3: it says so"
}

examine
is "$status" 1 "a machine on which nothing is enabled has findings"
finds unknown hook "without a listener the hook cannot be looked for"
finds blind recorder "no recorder runs"
finds blind pam "no PAM line"
is "$(printf '%s\n' "$seen" | jq -r '[.check, .state, .text] | map(type) |
	unique[]' | sort -u)" string "each line of JSON is a check"

audit_begin "$W/audit" || skip_all "$AUDIT_WHY"
printf 'log_file = %s\nmax_log_file = 8\nnum_logs = 5\n' "$AUDIT_LOG" \
	>/etc/audit/auditd.conf
: >/var/log/auth.log
printf 'sinks = auto\n' >/etc/security/sshwhy.conf
sshd_start || bail "sshd does not start"
examine
finds blind hook "an sshd without the hook" "sshd\[$SSHD_PID\] does not have"
finds blind drops "sshd_config without our line"
finds visible log "sshd's log can be read"
sshd_stop

mkdir -p /etc/systemd/system/ssh.service.d
echo 'Environment=LD_PRELOAD=/usr/lib/sshwhy/sshwhy_hook.so' \
	>/etc/systemd/system/ssh.service.d/sshwhy.conf
sshd_start
examine
finds blind hook "a drop-in that waits for the restart" 'was started before'
sshd_stop

# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "no sshwhyd: $(cat "$W/sshwhyd.err")"
sshd_start "$(sed '/^#/d;/^$/d' "$srcdir/system/50-sshwhy.conf")" ||
	bail "sshd does not start"
examine
finds visible hook "the hook in the listener's memory map"
finds visible libwrap "libwrap is linked and can be watched"
finds note pam "with the hook the PAM line can be missing"
finds visible recorder "the recorder's heartbeat"
finds visible drops "LogVerbose is in force"
finds visible audit "auditd writes"
finds visible exclude "no rule excludes our records"
finds visible rights "root may write records"
finds visible probe "the probe record stands in the log" "$AUDIT_LOG"
finds visible denials "no denial of ours"
finds visible retention "how long records last" 'last about [0-9]* days'
like "$(printf '%s\n' "$seen" | jq -r 'select(.check == "backlog").text')" \
	'held up for [0-9.]+ s at most$' "the backlog in seconds"
is "$status" 0 "all is visible" || diag "$seen"
is "$("$builddir/sshwhy" list --json --log "$AUDIT_LOG")" "" \
	"the probe is no rejection"

finds visible bans "no ban list is a whole one" 'whole; entries: 0'
"$builddir/sshwhy" ban 192.0.2.1 --force >/dev/null
examine
finds visible bans "a whole ban list" 'whole; entries: 1'
echo rubbish >/var/lib/sshwhy/bans
examine
finds blind bans "a damaged ban list" \
	'/var/lib/sshwhy/bans: .*; nobody is refused by the ban list'
rm -r /var/lib/sshwhy

auditctl -a exclude,always -F msgtype=ANOM_LOGIN_LOCATION >/dev/null
examine
auditctl -d exclude,always -F msgtype=ANOM_LOGIN_LOCATION >/dev/null
finds blind exclude "an exclude rule for a type of ours" 2104
is "$status" 1 "is a finding"

auditctl -a exclude,always -F msgtype=USER_ERR >/dev/null
examine
auditctl -d exclude,always -F msgtype=USER_ERR >/dev/null
finds blind probe "a probe that does not arrive" 'does not appear'

echo 'type=AVC msg=audit(1795332000.100:1): apparmor="DENIED" operation="open" profile="sshwhyd" name="/etc/x"' \
	>>"$AUDIT_LOG"
examine
finds blind denials "a denial by AppArmor" 'sshwhyd'
recorder_kill
recorder_is_stale()
{
	examine
	[ "$(state recorder)" = blind ]
}
wait_until recorder_is_stale
finds blind recorder "a killed recorder"

setpriv --reuid 65534 --clear-groups "$builddir/sshwhy" doctor --json \
	>"$W/said"
seen=$(cat "$W/said")
finds unknown recorder "who is not root cannot tell"
"$builddir/sshwhy" doctor --nonsense 2>"$W/err"
is "$? $(cat "$W/err")" \
	"3 sshwhy: doctor: --nonsense: unexpected; it takes --json" "bad usage"
done_testing
