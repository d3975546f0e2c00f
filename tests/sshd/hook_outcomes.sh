#!/bin/sh
# Each way in which libwrap can refuse a client of a real sshd gives exactly one
# audit record, and letting one in gives none.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"
sshd_world "$0" "$@"

end_all()
{
	audit_end
	sshd_world_end
}

trap end_all EXIT
audit_begin "$W" || skip_all "$AUDIT_WHY"
SSHD_PRELOAD=$SSHD_HOOK
mkdir -p /etc/security
echo 'refuse-delay = 0' >/etc/security/sshwhy.conf
sshd_address 2001:db8::5 203.0.113.9

# As an audit record holds it: quoted when plain, else in hex.
encoded()
{
	case $1 in
	*[!A-Za-z0-9._:/@+\(\)-]*)
		printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F
		;;
	*) printf '"%s"' "$1" ;;
	esac
}

# tables ALLOW DENY: printf formats of both files.
tables()
{
	# shellcheck disable=SC2059
	printf "$1" >/etc/hosts.allow
	rm -f /etc/hosts.deny
	# shellcheck disable=SC2059
	printf "$2" >/etc/hosts.deny
}

records_of()
{
	ausearch -if "$AUDIT_LOG" -m ANOM_LOGIN_LOCATION -hn "$1" -w --raw \
		2>/dev/null
}

# Of the standard input's one record, the fields that tell of a rule.
rule_fields()
{
	grep -o -E ' (reason|rule|cmd|owner|first_line)=[^ ]*' | tr -d '\n'
}

# connect ADDR: leaves its PORT and what it saw, END.
connect()
{
	answer=$(knock_from "$1")
	PORT=${answer%% *}
	END=$(echo "$answer" | cut -d" " -f3)
}

# refused NAME ADDR CAUSE RULE TEXT [OWNER [FIRST_LINE [END]]]
refused()
{
	wanted=" reason=$3 rule=$4${5:+ cmd=$(encoded "$5")}"
	wanted="$wanted${6:+ owner=$6}${7:+ first_line=$7}"
	connect "$2"
	is "$END" "${8:-closed}" "$1: the client is refused"
	audit_wait_for " rport=$PORT " || diag "no record"
	audit_flush
	found=$(records_of "$2")
	is "$(printf '%s\n' "$found" | grep -c '^type=')" 1 \
		"$1: one record of type ANOM_LOGIN_LOCATION"
	is "$(printf '%s\n' "$found" | rule_fields)" "$wanted" \
		"$1: its cause and rule"
	like "$found" " spid=[0-9]* rport=$PORT \
laddr=$(sshd_server_for "$2") lport=$SSHD_PORT acct=\"\(unknown\)\" " \
		"$1: its ports"
	is "$(aureport -if "$AUDIT_LOG" --anomaly | grep -c " $2 ")" 1 \
		"$1: aureport --anomaly has it"
}

# let_in NAME ADDR
let_in()
{
	is "$(ssh_from "$2" echo in)" in "$1: the login works"
	audit_flush
	is "$(records_of "$2")" '' "$1: no record"
}

sshd_start || bail "sshd does not start"

tables '' 'sshd: 127.0.1.1\n'
refused "a rule of hosts.deny" 127.0.1.1 \
	wrapper.deny /etc/hosts.deny:1 'sshd: 127.0.1.1'
let_in "a client that it does not name" 127.0.1.99

tables '' '# c\nsshd: 192.0.2.0/24, 127.0.1.2/32 127.0.2.2\n'
refused "a prefix in a list" 127.0.1.2 wrapper.deny /etc/hosts.deny:2 \
	'sshd: 192.0.2.0/24, 127.0.1.2/32 127.0.2.2'

tables '' '\n\nsshd: 192.0.2.1 \\\n 192.0.2.2 \\\n 127.0.1.3\n'
refused "a continued rule" 127.0.1.3 wrapper.deny /etc/hosts.deny:5 \
	'sshd: 192.0.2.1  192.0.2.2  127.0.1.3' '' 3

tables 'sshd: 127.0.1.4 : deny\n' ''
refused "the option deny in hosts.allow" 127.0.1.4 \
	wrapper.option-deny /etc/hosts.allow:1 'sshd: 127.0.1.4 : deny'

tables '' '\nsshd: 127.0.1.5: severity auth.info: deny\n'
refused "the option deny in hosts.deny" 127.0.1.5 wrapper.option-deny \
	/etc/hosts.deny:2 'sshd: 127.0.1.5: severity auth.info: deny'

tables 'sshd: 127.0.1.6 : permit\n' ''
refused "an option error in hosts.allow" 127.0.1.6 \
	wrapper.broken-rule /etc/hosts.allow:1 'sshd: 127.0.1.6 : permit'

tables '' 'sshd: 127.0.1.7 : severity authpriv.info\n'
refused "an option error in hosts.deny" 127.0.1.7 wrapper.broken-rule \
	/etc/hosts.deny:1 'sshd: 127.0.1.7 : severity authpriv.info'

tables '' 'sshd: 192.0.2.1\nsshd: 192.0.2.2'
refused "an unterminated last line" 127.0.1.8 \
	wrapper.broken-rule /etc/hosts.deny:2 'sshd: 192.0.2.2'

tables '' '# c\n'
head -c 2047 /dev/zero | tr '\0' x >>/etc/hosts.deny
echo >>/etc/hosts.deny
refused "a line that is too long" 127.0.1.9 wrapper.broken-rule \
	/etc/hosts.deny:2 "$(head -c 200 /dev/zero | tr '\0' x)"

tables '' ''
ln -sf hosts.deny /etc/hosts.deny
refused "a table that cannot be opened" 127.0.1.10 \
	wrapper.broken-rule /etc/hosts.deny \
	'cannot open /etc/hosts.deny: Too many levels of symbolic links'

tables '' 'sshd: 127.0.1.11: twist echo go away\n'
refused "twist" 127.0.1.11 wrapper.twist /etc/hosts.deny:1 \
	'sshd: 127.0.1.11: twist echo go away' '' '' banner

tables 'sshd: 127.0.1.12: nonsense: twist echo go away\n' ''
refused "twist behind an option error" 127.0.1.12 \
	wrapper.broken-rule /etc/hosts.allow:1 \
	'sshd: 127.0.1.12: nonsense: twist echo go away'

tables 'sshd: 127.0.1.13: twist echo go away: deny\n' ''
refused "twist that is not the last option" 127.0.1.13 \
	wrapper.broken-rule /etc/hosts.allow:1 \
	'sshd: 127.0.1.13: twist echo go away: deny'

tables 'sshd: 127.0.1.14: aclexec /bin/false\n' '# c\nsshd: 127.0.1.14\n'
refused "an aclexec that says no, and a rule of hosts.deny" 127.0.1.14 \
	wrapper.deny /etc/hosts.deny:2 'sshd: 127.0.1.14'

tables 'sshd: 127.0.1.15: aclexec /bin/false\n' ''
rm /etc/hosts.deny
ln -sf hosts.deny /etc/hosts.deny
refused "an aclexec that says no, and a closed hosts.deny" 127.0.1.15 \
	wrapper.broken-rule /etc/hosts.deny \
	'cannot open /etc/hosts.deny: Too many levels of symbolic links'

tables 'sshd: 127.0.1.16: aclexec /bin/true\n' 'ALL: ALL\n'
let_in "an aclexec that says yes" 127.0.1.16

tables '' 'sshd: 127.0.1.17: aclexec /bin/false\n'
let_in "an aclexec that says no in hosts.deny" 127.0.1.17

tables 'sshd: 127.0.1.18: spawn /bin/true : allow\n' 'ALL: ALL\n'
let_in "the option allow" 127.0.1.18

tables '' 'sshd: 127.0.1.19: spawn /bin/true\n'
refused "spawn" 127.0.1.19 wrapper.deny /etc/hosts.deny:1 \
	'sshd: 127.0.1.19: spawn /bin/true'

long=$(awk 'BEGIN { while (i++ < 1000) printf "%%c" }')
tables '' ''
echo "sshd: 127.0.1.20: spawn $long" >/etc/hosts.deny
refused "an expansion that libwrap gives up on" 127.0.1.20 \
	wrapper.broken-rule /etc/hosts.deny:1 \
	"$(echo "sshd: 127.0.1.20: spawn $long" | head -c 200)"

tables '' 'ALL: [2001:db8::5]\n'
refused "IPv6" 2001:db8::5 wrapper.deny /etc/hosts.deny:1 \
	'ALL: [2001:db8::5]'

stamp='Sun Nov 22 08:02:29 2026'
tables '' "# DenyHosts: $stamp | sshd: 127.0.1.21\nsshd: 127.0.1.21\n"
refused "a rule that DenyHosts wrote" 127.0.1.21 wrapper.deny \
	/etc/hosts.deny:2 'sshd: 127.0.1.21' denyhosts

tables '###sshguard###\nALL : 127.0.1.22 : DENY\n###sshguard###\n' ''
refused "a rule that sshguard wrote" 127.0.1.22 wrapper.option-deny \
	/etc/hosts.allow:2 'ALL : 127.0.1.22 : DENY' sshguard

mark='#---- BlockHosts Additions'
tables "$mark\nALL: 127.0.1.23 : deny\n$mark\n" ''
refused "a rule that BlockHosts wrote" 127.0.1.23 wrapper.option-deny \
	/etc/hosts.allow:2 'ALL: 127.0.1.23 : deny' blockhosts

tables '' 'sshd: 127.0.1.24\n'
echo 'refuse-delay = soon' >/etc/security/sshwhy.conf
(connect 127.0.1.24) &
wait_for "$SSHD_LOG" 'sshwhy\[[0-9]*\]: /etc/security/sshwhy.conf:1: ' ||
	diag "$(cat "$SSHD_LOG")"
ok $? "a broken configuration is named with file, line and reason"
audit_wait_for ' addr=127.0.1.24 '
is "$(records_of 127.0.1.24 | grep -c ' reason=wrapper.deny ')" 1 \
	"with a broken configuration there is one record"
let_in "a broken configuration" 127.0.1.98
wait $!
echo 'refuse-delay = 0' >/etc/security/sshwhy.conf

sshd_stop
tables '' 'sshd: 127.0.1.25\n'
inetd()
{
	"$builddir/tests/tools/answer" "$SSHD_PORT" /usr/bin/env \
		LD_PRELOAD="$SSHD_HOOK" "$SSHD" -i -f "$W/sshd_config" \
		9>&- 2>"$W/answer" &
	wait_for "$W/answer" ready
}
inetd
refused "sshd -i" 127.0.1.25 wrapper.deny /etc/hosts.deny:1 'sshd: 127.0.1.25'
inetd
let_in "sshd -i" 127.0.1.97
banner=$(printf 'SSH-2.0-test\r\n' | LD_PRELOAD=$SSHD_HOOK "$SSHD" -i \
	-f "$W/sshd_config" 2>/dev/null 9>&- | head -n 1)
like "$banner" '^SSH-2.0-' "sshd -i on a pipe, which has no address, answers"

rm -f /var/log/sshwhy/rejections.jsonl
sshd_start || bail "sshd does not start"
tables '' 'sshd: 127.0.1.26\n'
auditctl -e 0 >/dev/null
connect 127.0.1.26
wait_for /var/log/sshwhy/rejections.jsonl "\"port\":$PORT}"
is "$(jq -r '"\(.cause) \(.rule.source):\(.rule.line)"' \
	/var/log/sshwhy/rejections.jsonl)" 'wrapper.deny /etc/hosts.deny:1' \
	"with audit off the JSON file has the record"
is "$(ssh_from 127.0.1.96 echo in)" in "with audit off a login works"
auditctl -e 1 >/dev/null
sshd_stop

SSHD_SESSION_ENV="setpriv --bounding-set=-audit_write --inh-caps=-audit_write"
rm -f /var/log/sshwhy/rejections.jsonl
tables '' 'sshd: 127.0.1.28\n'
sshd_start || bail "sshd does not start without CAP_AUDIT_WRITE"
connect 127.0.1.28
is "$END" closed "without CAP_AUDIT_WRITE the client is refused"
wait_for /var/log/sshwhy/rejections.jsonl "\"port\":$PORT}"
ok $? "without CAP_AUDIT_WRITE the JSON file has the record"
audit_flush
is "$(records_of 127.0.1.28)" '' "and the audit trail has not"
sshd_stop
SSHD_SESSION_ENV=

SSHD_PRELOAD=/nonexistent/sshwhy_hook.so
sshd_start || bail "sshd does not start"
connect 127.0.1.27
is "$(ssh_from 127.0.1.95 echo in)" in "with the hook removed a login works"
sshd_stop
done_testing
