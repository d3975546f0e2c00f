#!/bin/sh
# bans_crowdsec.sh - a decision of a real CrowdSec refuses a client of a real
# sshd, without a firewall, until it is deleted.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/crowdsec.sh
. "$srcdir/tests/lib/crowdsec.sh"

crowdsec_installed || skip_all "crowdsec is not installed"
sshd_world "$0" "$@"
trap 'crowdsec_end; recorder_stop; sshd_world_end' EXIT
sshd_overlay /var/lib || bail "no private /var/lib"
rm -rf /var/lib/sshwhy
printf '%s\n' 'sinks = file' 'fold = 0' >/etc/security/sshwhy.conf
sshd_address 203.0.113.5 203.0.113.6 2001:db8::5
# shellcheck disable=SC2034 # read by ssh_from
SSHD_SERVER=203.0.113.6 SSHD_SERVER6=2001:db8::5
# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
crowdsec_furnish "$W/crowdsec" || bail "no CrowdSec database"
crowdsec_start || bail "CrowdSec did not start"
recorder_start || bail "sshwhyd does not start"
sshd_start || bail "sshd does not start"

sync()
{
	"${builddir:?}/sshwhy" sync crowdsec "$CROWDSEC_API" \
		--key-file "$CROWDSEC_DIR/key" 2>&1
}

# login ADDR
login()
{
	ssh_from "$1" echo in
}

# refusals ADDR: the rule that each of its records names.
refusals()
{
	jq -r --arg addr "$1" 'select(.event == "rejection" and
		.client.addr == $addr) | [.cause, .evidence, .rule.source,
		.rule.owner, .rule.text, (.until != null | tostring)] |
		join(" ")' "$RECORDS"
}

is "$(login 203.0.113.5)" in 'without a decision the client is let in'
cs decisions add --ip 203.0.113.5 --duration 1h --reason 'manual ban'
cs decisions add --range 2001:db8::/64 --duration 1h --reason 'a network'
is "$(login 203.0.113.5)" in 'a decision alone refuses nobody'
is "$(sync)" '2 placed, 0 lifted, 2 on the list' 'it becomes a ban'
like "$(login 203.0.113.5)" 'Connection (closed|reset)' 'that refuses the client'
like "$(login 2001:db8::5)" 'Connection (closed|reset)' 'a range does so too'
wait_until records_sum_is 203.0.113.5 1
is "$(refusals 203.0.113.5)" 'ban.list recorded /var/lib/sshwhy/bans crowdsec'\
' 203.0.113.5 manual ban true' 'its record names list, owner, reason and end'
wait_until records_sum_is 2001:db8::5 1
is "$(refusals 2001:db8::5)" 'ban.list recorded /var/lib/sshwhy/bans crowdsec'\
' 2001:db8::/64 a network true' 'that of the range too'
is "$(login 203.0.113.6)" in 'another client is let in meanwhile'

cs decisions delete --ip 203.0.113.5
like "$(login 203.0.113.5)" 'Connection (closed|reset)' \
	'a decision that is deleted holds until the next sync'
is "$(sync)" '0 placed, 1 lifted, 1 on the list' 'which lifts the ban'
is "$(login 203.0.113.5)" in 'and the client is let in again'
like "$(login 2001:db8::5)" 'Connection (closed|reset)' 'and no other'
done_testing
