#!/bin/sh
# The recorder names the PAM line of a denial, and is not held up by asking.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT
mkdir -p /etc/security
printf '%s\n' 'sinks = file' 'fold = 0' >/etc/security/sshwhy.conf

# rule_of ADDR: what the newest record of a client names.
rule_of()
{
	jq -rn --arg addr "$1" 'last(inputs | select(.client.addr == $addr)) |
		"\(.cause) \(.rule.source):\(.rule.line) \(.rule.text)"' \
		"$RECORDS"
}

# denied ADDR RULE NAME: one login is refused by RULE.
denied()
{
	ssh_from "$1" true >/dev/null
	wait_until records_sum_is "$1" 1
	is "$(rule_of "$1")" "$2" "$3"
}

# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
cat >/etc/pam.d/common-account <<-END
	account [success=1 default=ignore] pam_unix.so
	account requisite pam_deny.so
	account required pam_permit.so
END
cat >/etc/pam.d/sshd <<-END
	auth required pam_unix.so
	account required pam_nologin.so file=/etc/closed
	account required pam_access.so
	@include common-account
	session required pam_permit.so
END
cat >/etc/security/access.conf <<-END
	# not from there
	-:alice:127.0.5.0/24
	+:ALL:ALL
END
recorder_start || bail "sshwhyd does not start: $(cat "$W/sshwhyd.err")"
sshd_start || bail "sshd does not start"

denied 127.0.5.1 \
	"account.pam /etc/security/access.conf:2 -:alice:127.0.5.0/24" \
	"a line of access.conf"
: >/etc/closed
denied 127.0.6.1 "account.pam /etc/pam.d/sshd:2 \
account required pam_nologin.so file=/etc/closed" "a line of the service"
rm /etc/closed
chage -E 2020-01-01 alice
denied 127.0.6.2 "account.pam /etc/pam.d/common-account:2 \
account requisite pam_deny.so" "a line of an included file"
chage -E -1 alice
is "$(ssh_from 127.0.6.3 echo in)" in "who is not denied logs in"
diag "$(cat "$W/sshwhyd.err")"
done_testing
