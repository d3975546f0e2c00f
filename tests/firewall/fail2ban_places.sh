#!/bin/sh
# fail2ban_places.sh - bans that are not in nf_tables or hosts.deny, advice that
# works, and bans that were earned by refusals of TCP wrappers.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/fail2ban.sh
. "$srcdir/tests/lib/fail2ban.sh"

fail2ban_installed || skip_all "fail2ban is not installed"
command -v ipset >/dev/null || skip_all "ipset is not installed"
sshd_world "$0" "$@"
trap fail2ban_end EXIT
wire_up || bail "no wire to the clients"
wire_address 203.0.113.5 203.0.113.6 203.0.113.7 203.0.113.8 2001:db8:2::5
sshd_start 'LogLevel INFO' || bail "sshd did not start"
SSHWHY=$builddir/sshwhy

# why ADDR: the answer in $json
why()
{
	json=$("$SSHWHY" "$1" --port "$SSHD_PORT" --json 2>&1)
}

# said FILTER: of the JSON
said()
{
	printf '%s\n' "$json" | jq -r "$1"
}

# advised ADDR COMMAND: the first advice is this command, and it works
advised()
{
	why "$1"
	is "$(said '.now[0].outcome')" reject "$1: the firewall refuses it"
	like "$(said '.advice[0]')" "^$2\$" "$1: what lets it in"
	holds "$1: it can be run" sh -c "$(said '.advice[0]')"
	why "$1"
	is "$(said '.now[0].outcome')" pass "$1: and it helps"
}

# --- rules that no tool owns ----------------------------------------------------

nft -f - <<'N'
table inet t {
	set single { type ipv4_addr; elements = { 203.0.113.5, 203.0.113.6 }; }
	set ranges { type ipv4_addr; flags interval
		elements = { 198.51.100.0/24, 203.0.113.9 }; }
	chain input { type filter hook input priority 0; policy accept
		ip saddr @single drop
		ip saddr @ranges reject
		ip saddr 203.0.113.7 tcp dport 2222 drop
		ip saddr 203.0.113.128/25 drop
		ip6 saddr 2001:db8:2::5 drop
	}
}
N
advised 203.0.113.5 'nft delete element inet t single . 203.0.113.5 .'
why 203.0.113.6
is "$(said '.now[0].outcome')" reject 'others in the set stay where they are'
advised 203.0.113.9 'nft delete element inet t ranges . 203.0.113.9 .'
ip route add 198.51.100.0/24 dev here
advised 198.51.100.7 'nft insert rule inet t input handle [0-9]+ ip saddr .*'
advised 203.0.113.7 'nft delete rule inet t input handle [0-9]+'
advised 2001:db8:2::5 'nft delete rule inet t input handle [0-9]+'
advised 203.0.113.200 'nft insert rule inet t input handle [0-9]+ ip saddr .*'
nft flush ruleset
ipset create singles hash:ip
ipset add singles 203.0.113.5
ipset create nets hash:net
ipset add nets 203.0.113.0/29
iptables-nft -A INPUT -m set --match-set singles src -j DROP
iptables-nft -A INPUT -m set --match-set nets src -j DROP
ipset add singles 203.0.113.9
advised 203.0.113.9 'ipset del singles 203.0.113.9'
advised 203.0.113.6 'ipset add nets 203.0.113.6 nomatch'
nft flush ruleset
ipset destroy
ip route add blackhole 203.0.113.9
advised 203.0.113.9 'ip route del blackhole 203.0.113.9'

# --- fail2ban by ipset ------------------------------------------------------------

# banned ADDR OWNER: as fail2ban did it
banned()
{
	fail_login "$1" 5
	holds "$1: five failed logins are a ban" fail2ban_wait "$1"
	why "$1"
	is "$(said '.now[0] | .outcome + " " + .rule.owner')" \
		"reject fail2ban:sshd" "$1: the firewall refuses it, for the jail"
	is "$(said '.findings | length')" 0 "$1: everything fits together"
}

fail2ban_start iptables-ipset || bail "fail2ban did not start"
banned 203.0.113.5
ipset del f2b-sshd 203.0.113.5
why 203.0.113.5
like "$(said '.findings[0]')" 'database has this ban of jail sshd, but neither' \
	'ipset: a ban that is not in it is a finding'
ipset add f2b-sshd 203.0.113.9
why 203.0.113.9
like "$(said '.findings[0]')" '^the firewall holds it .ipset f2b-sshd., but' \
	'ipset: a ban that is not in the database is a finding'
is "$(said '.advice[0]')" 'ipset del f2b-sshd 203.0.113.9' \
	'ipset: which the set has to be rid of'
banned 2001:db8:2::5
fail2ban_stop

# --- fail2ban by a route -------------------------------------------------------------

fail2ban_start route || bail "fail2ban did not start"
banned 203.0.113.6
is "$(said '.now[0].rule | .source + " " + .text')" \
	'route:main unreachable 203.0.113.6' 'route: it is named'
is "$(said '.advice[0]')" 'fail2ban-client set sshd unbanip 203.0.113.6' \
	'route: and lifted by its tool'
ip route del unreachable 203.0.113.6
why 203.0.113.6
like "$(said '.findings[0]')" 'database has this ban of jail sshd, but neither' \
	'route: a ban that is not there is a finding'
fail2ban_stop

# --- a ban for what TCP wrappers refused ------------------------------------------------

fail2ban_start nftables || bail "fail2ban did not start"
echo 'sshd: 203.0.113.8' >/etc/hosts.deny
for _ in 1 2 3 4 5; do
	ssh_over_wire alice 203.0.113.8 >/dev/null &
done
is_in_set()
{
	nft get element inet f2b-table addr-set-sshd '{ 203.0.113.8 }'
}
holds '203.0.113.8: five refusals are a ban' wait_until is_in_set
why 203.0.113.8
is "$(said '.now[0] | .outcome + " " + .rule.owner')" 'reject fail2ban:sshd' \
	'wrappers: the firewall refuses it now'
is "$(said '.findings[0]')" "fail2ban counted 5 refusals by TCP wrappers as \
failures, in jail sshd: TCP wrappers refuse the client still, and it would be \
banned again" 'wrappers: but that is not the root of it'
is "$(said '.advice[0]')" \
	'first add to /etc/hosts.allow:   sshd: 203.0.113.8' \
	'wrappers: what is mended first'
is "$(said '.advice[1]')" 'fail2ban-client set sshd unbanip 203.0.113.8' \
	'wrappers: and what then'
echo 'sshd: 203.0.113.8' >>/etc/hosts.allow
holds 'wrappers: the second advice works' sh -c "$(said '.advice[1]')"
like "$(ssh_over_wire nobody0 203.0.113.8)" 'Permission denied' \
	'wrappers: sshd answers again'
done_testing
