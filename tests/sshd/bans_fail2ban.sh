#!/bin/sh
# bans_fail2ban.sh - fail2ban bans through our list, without a firewall.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/fail2ban.sh
. "$srcdir/tests/lib/fail2ban.sh"

fail2ban_installed || skip_all "fail2ban is not installed"
sshd_world "$0" "$@"
trap fail2ban_end EXIT
sshd_overlay /var/lib || bail "no private /var/lib"
rm -rf /var/lib/sshwhy
echo 'sinks = file' >/etc/security/sshwhy.conf
wire_up || bail "no wire to the clients"
wire_address 203.0.113.5 203.0.113.6 2001:db8:2::5
SSHD_PRELOAD=$SSHD_HOOK
sshd_start 'LogLevel INFO' || bail "sshd did not start"

SSHWHY=${builddir:?}/sshwhy
cp "$srcdir/system/fail2ban/action.d/sshwhy.conf" /etc/fail2ban/action.d
printf '[Init]\nsshwhy = %s\n' "$SSHWHY" >/etc/fail2ban/action.d/sshwhy.local
fail2ban_start sshwhy || bail "fail2ban did not start"

# listed FILTER: of the ban list
listed()
{
	"$SSHWHY" bans --json | jq -r "$1"
}

is_listed()
{
	listed .prefix | grep -qx -e "$1"
}

is_not_listed()
{
	! is_listed "$1"
}

# let_in ADDR: as far as asking for a key
let_in()
{
	ssh_over_wire alice "$1" | grep -q 'Permission denied'
}

fail_login 203.0.113.5 5
holds 'five failures, and the client is on the list' \
	wait_until is_listed 203.0.113.5
is "$(listed '"\(.kind) \(.owner) \(.reason) " + (((.until |
	sub("\\..*"; "Z") | fromdate) - (.placed | sub("\\..*"; "Z") |
	fromdate)) | tostring)')" 'ban fail2ban:sshd 5 failures 3600' \
	'with jail, reason and time'
is "$(nft list ruleset | grep -c 203.0.113.5)" 0 'the firewall is untouched'
fail_login 2001:db8:2::5 5
holds 'an IPv6 client too' wait_until is_listed 2001:db8:2::5
is "$(jq -r 'select(.event == "ban") | .client.addr + " " + .cause + " " +
	.rule.owner + " " + .rule.text' "$RECORDS")" \
	'203.0.113.5 ban.list fail2ban:sshd 203.0.113.5 5 failures
2001:db8:2::5 ban.list fail2ban:sshd 2001:db8:2::5 5 failures' \
	'each ban is one record'

before=$(grep -c 203.0.113.5 "$F2B_LOG")
fails 'a banned client gets no banner' let_in 203.0.113.5
holds 'the refusal is recorded' wait_until \
	grep -q '"event":"rejection".*203.0.113.5' "$RECORDS"
is "$(jq -r 'select(.event == "rejection") | .cause + " " +
	.rule.source + " " + .rule.owner + " " + .rule.text +
	" " + (.until != null | tostring)' "$RECORDS" | tail -n 1)" \
	'ban.list /var/lib/sshwhy/bans fail2ban:sshd 203.0.113.5 5 failures true' \
	'with list, jail, reason and end'
is "$(tail -n +1 "$F2B_LOG" | grep 203.0.113.5 | tail -n +$((before + 1)) |
	grep -Ec 'refused connect|Failed|Invalid')" 0 \
	'by no line that fail2ban counts'
holds 'another client is let in' let_in 203.0.113.6

fail2ban-client set sshd unbanip 203.0.113.5 >/dev/null
holds 'what fail2ban lifts is off the list' wait_until is_not_listed 203.0.113.5
holds 'and the client is let in again' let_in 203.0.113.5
"$SSHWHY" ban 203.0.113.200 >/dev/null
fail2ban-client stop >/dev/null
wait "$F2B_PID"
F2B_PID=
is "$(listed '.prefix + " " + .owner')" '203.0.113.200 admin' \
	'when fail2ban stops its bans end, and no others'
is "$(jq -r 'select(.event == "unban") | .rule.owner' "$RECORDS" | sort -u)" \
	fail2ban:sshd 'lifted bans are recorded'
done_testing
