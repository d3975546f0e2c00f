#!/bin/sh
# fail2ban_events.sh - fail2ban's bans as records: action sshwhy-report.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"
# shellcheck source=tests/lib/fail2ban.sh
. "$srcdir/tests/lib/fail2ban.sh"

fail2ban_installed || skip_all "fail2ban is not installed"
sshd_world "$0" "$@"
end()
{
	fail2ban_end
	audit_end
}
trap end EXIT
mkdir -p "$W/audit"
audit_begin "$W/audit" || skip_all "$AUDIT_WHY"
auditctl -e 1 >/dev/null
wire_up || bail "no wire to the clients"
wire_address 203.0.113.5 2001:db8:2::5
sshd_start 'LogLevel INFO' || bail "sshd did not start"

SSHWHY=${builddir:?}/sshwhy
cp "$srcdir/system/fail2ban/action.d/sshwhy-report.conf" /etc/fail2ban/action.d
fail2ban_start nftables 'action = %(action_)s' \
	"         sshwhy-report[sshwhy=\"$SSHWHY\"]" ||
	bail "fail2ban did not start"

# listed EVENT: as JSON, in an array
listed()
{
	audit_flush
	"$SSHWHY" list --event "$1" --log "$AUDIT_LOG" --json | jq -s .
}

has_listed()
{
	[ "$(listed "$1" | jq length)" -ge "$2" ]
}

# in_time EVENT COUNT: until that many are recorded
in_time()
{
	wait_until has_listed "$1" "$2"
}

fail_login 203.0.113.5 5
holds 'a ban by fail2ban is recorded' in_time ban 1
json=$(listed ban)
is "$(echo "$json" | jq length)" 1 'once'
is "$(echo "$json" | jq -r '.[0] | .cause + " " + .client.addr + " " +
	.rule.owner + " " + .via')" 'ban.tool 203.0.113.5 fail2ban:sshd cli' \
	'with its client and jail'
like "$(echo "$json" | jq -r '.[0].rule.text')" \
	'^5 failures, last: .*: Invalid user nobody5 from 203.0.113.5 port' \
	'with the failures, and the line that was the last'
like "$(echo "$json" | jq '.[0] | (.until | sub("\\..*"; "Z") | fromdate) -
	(.time | sub("\\..*"; "Z") | fromdate)')" '^(3600|3601|3599)$' \
	'with the time until which it holds'

found=$(ausearch -if "$AUDIT_LOG" -m RESP_ORIGIN_BLOCK_TIMED --raw)
is "$(printf '%s\n' "$found" | grep -c .)" 1 'ausearch -m finds one record'
like "$found" ' daddr=203.0.113.5 time_out=60 ' \
	'with the fields of the audit trail'
like "$found" ' reason=ban.tool .*res=success' 'and it is a success'
like "$(aureport -if "$AUDIT_LOG" --response)" 'RESP_ORIGIN_BLOCK_TIMED' \
	'aureport --response counts it'

fail_login 2001:db8:2::5 5
holds 'a ban of an IPv6 client as well' in_time ban 2
is "$(listed ban | jq -r '.[1].client.addr')" 2001:db8:2::5 'with its address'

fail2ban-client set sshd unbanip 203.0.113.5 >/dev/null
holds 'a lifted ban is recorded' in_time unban 1
is "$(listed unban | jq -r '.[0] | .client.addr + " " + .rule.owner')" \
	'203.0.113.5 fail2ban:sshd' 'with client and jail'
like "$(ausearch -if "$AUDIT_LOG" -m RESP_ORIGIN_UNBLOCK_TIMED --raw)" \
	' daddr=203.0.113.5 ' 'ausearch -m finds it too'

"$SSHWHY" event unban 192.0.2.9 --owner fail2ban:sshd
"$SSHWHY" event unban 192.0.2.9 --owner fail2ban:sshd
is "$(listed unban | jq length)" 2 'what is reported twice is recorded once'

# --- beside an action that bans through our own list -----------------------------

sshd_overlay /var/lib || bail "no place for a ban list"
bans=$(listed ban | jq length)
unbans=$(listed unban | jq length)

# both_are COUNT NAME
both_are()
{
	is "$(listed ban | jq length) $(listed unban | jq length)" \
		"$((bans + $1)) $((unbans + $1))" "$2"
}

jail="--owner fail2ban:sshd"
# Words are meant to be split.
# shellcheck disable=SC2086
{
	"$SSHWHY" ban 192.0.2.40 $jail --for 600
	"$SSHWHY" event ban 192.0.2.40 $jail --for 600
	"$SSHWHY" event unban 192.0.2.40 $jail
	"$SSHWHY" unban 192.0.2.40 $jail
} >/dev/null
both_are 1 'a ban and its report are one record, the ban first'
# shellcheck disable=SC2086
{
	"$SSHWHY" event ban 192.0.2.41 $jail --for 600
	"$SSHWHY" ban 192.0.2.41 $jail --for 600
	"$SSHWHY" unban 192.0.2.41 $jail
	"$SSHWHY" event unban 192.0.2.41 $jail
} >/dev/null
both_are 2 'or the report first'

# --- a restart changes nothing for a client ------------------------------------

kill "$F2B_PID"
wait "$F2B_PID" 2>/dev/null
: >"$F2B_LOG"
: >"$W/fail2ban/log"
fail2ban-server -f start >>"$W/fail2ban/out" 2>&1 9>&- &
F2B_PID=$!
holds 'fail2ban takes up its bans' \
	wait_for "$W/fail2ban/log" 'Restore Ban 2001:db8:2::5'
holds 'by its action' fail2ban_wait 2001:db8:2::5
both_are 2 'which neither lifts nor places one'

# --- hostile words, wrong words -------------------------------------------------

fails 'a word that is no event' "$SSHWHY" event drop 192.0.2.1
fails 'a name is no address' "$SSHWHY" event ban localhost
fails 'a time that is no number' "$SSHWHY" event ban 192.0.2.1 --for 1h
fails 'an unknown option' "$SSHWHY" event ban 192.0.2.1 --until 5
"$SSHWHY" event ban 192.0.2.66 --for -1 --owner 'x y" res=z' \
	--why "$(printf 'a\nb daddr=9.9.9.9 "\033[31m')"
audit_flush
found=$(ausearch -if "$AUDIT_LOG" -m RESP_ORIGIN_BLOCK --raw)
like "$found" ' daddr=192.0.2.66 ' 'for ever is another type'
unlike "$found" 'daddr=9.9.9.9| res=z' 'and hostile words add no field'
is "$(listed ban | jq -r 'last | .rule.owner + "|" + .rule.text')" \
	"x y\" res=z|b daddr=9.9.9.9 \"$(printf '\033')[31m" \
	'but are kept as they were'

done_testing
