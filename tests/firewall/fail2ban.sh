#!/bin/sh
# fail2ban.sh - what sshwhy says of a client that fail2ban has banned.
#
# The real fail2ban, a real sshd, and clients that are banned for five failed
# logins: by the actions nftables, iptables-multiport and hostsdeny.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/fail2ban.sh
. "$srcdir/tests/lib/fail2ban.sh"

fail2ban_installed || skip_all "fail2ban is not installed"
sshd_world "$0" "$@"
trap fail2ban_end EXIT
wire_up || bail "no wire to the clients"
wire_address 203.0.113.5 203.0.113.6 203.0.113.7 2001:db8:2::5
sshd_start 'LogLevel INFO' || bail "sshd did not start"

SSHWHY=$builddir/sshwhy

# why ADDR: the answer in $out and $json.
why()
{
	out=$("$SSHWHY" "$1" --port "$SSHD_PORT" 2>&1)
	json=$("$SSHWHY" "$1" --port "$SSHD_PORT" --json 2>&1)
}

# said FILTER: of the JSON
said()
{
	printf '%s\n' "$json" | jq -r "$1"
}

# ban ADDR
ban()
{
	like "$(ssh_over_wire nobody0 "$1")" 'Permission denied' \
		"$1: sshd answers first"
	fail_login "$1" 4
	holds "$1: five failed logins are a ban" fail2ban_wait "$1"
}

# explained ADDR ACTION
explained()
{
	why "$1"
	like "$out" "^  banned    by fail2ban, jail sshd, since [0-9:]* until \
[0-9:]*, (59 min|1 h) left; 5 failures; action $2\$" \
		"$1: jail, ban time, remaining time and action"
	is "$(printf '%s\n' "$out" |
		grep -c "^            .*Invalid user nobody[0-4] from $1 ")" \
		5 "$1: the five log lines"
	is "$(said '.bans | length')" 1 "$1: one ban in JSON"
	is "$(said '.bans[0] | .jail + " " + .client + " " + .actions')" \
		"sshd $1 $2" "$1: of this jail, client and action"
	is "$(said '.bans[0].lines | length')" 5 "$1: with five lines"
	is "$(said '.findings | length')" 0 "$1: everything fits together"
	like "$(said '.advice[0]')" \
		"^fail2ban-client set sshd unbanip $1\$" \
		"$1: how to let it in"
	like "$(said '.advice[1]')" \
		"\\[sshd\\]:   ignoreip = 10.0.0.0/8 192.0.2.77 $1\$" \
		"$1: and how to keep it in"
}

# unban ADDR: by the advice that was given
unban()
{
	why "$1"
	holds "$1: the advice works" sh -c "$(said '.advice[0]')"
	like "$(ssh_over_wire nobody0 "$1")" 'Permission denied' \
		"$1: sshd answers again"
	why "$1"
	is "$(said '.bans + .findings | length')" 0 "$1: nothing is left to say"
}

# --- the action nftables -------------------------------------------------------

# refused ADDR PLACE: by the firewall, in the words of a SYN that was tried
refused()
{
	is "$(said '.now[0] | .outcome + " " + .rule.owner')" \
		'reject fail2ban:sshd' "$1: the firewall rejects it, for the jail"
	like "$(said '.now[0].rule | .source + " " + (.line | tostring)')" \
		"^nft:$2 [1-9][0-9]*\$" "$1: by this chain and handle"
	like "$out" "^$1  REJECTED by the firewall \\(reject\\), nft:$2:" \
		"$1: which is the first thing said"
	like "$out" '^  placed by fail2ban, jail sshd$' "$1: with its owner"
}

fail2ban_start nftables || bail "fail2ban did not start"
ban 203.0.113.5
like "$(ssh_over_wire nobody0 203.0.113.5)" 'Connection refused' \
	'nftables: the firewall refuses it'
explained 203.0.113.5 nftables
refused 203.0.113.5 inet/f2b-table/f2b-chain
ban 2001:db8:2::5
explained 2001:db8:2::5 nftables
refused 2001:db8:2::5 inet/f2b-table/f2b-chain

nft delete element inet f2b-table addr-set-sshd '{ 203.0.113.5 }'
why 203.0.113.5
like "$(said '.findings[0]')" \
	"database has this ban of jail sshd, but neither firewall nor" \
	'a ban that is not in the firewall is a finding'
nft add element inet f2b-table addr-set-sshd '{ 203.0.113.5, 203.0.113.6 }'
why 203.0.113.6
like "$(said '.findings[0]')" \
	"firewall holds it \\(set inet f2b-table addr-set-sshd\\), but" \
	'a ban that is not in the database is a finding'
unban 203.0.113.5
unban 2001:db8:2::5
fail2ban_stop

# --- iptables, which is nf_tables underneath ------------------------------------

fail2ban_start iptables-multiport || bail "fail2ban did not start"
ban 203.0.113.6
explained 203.0.113.6 iptables-multiport
refused 203.0.113.6 ip/filter/f2b-sshd
iptables -D f2b-sshd 1
why 203.0.113.6
like "$(said '.findings[0]')" 'database has this ban' \
	'iptables: a ban that is not in the firewall is a finding'
iptables -I f2b-sshd 1 -s 203.0.113.6 -j REJECT
iptables -I f2b-sshd 1 -s 203.0.113.9 -j REJECT
why 203.0.113.9
like "$(said '.findings[0]')" 'chain ip filter f2b-sshd, rule handle' \
	'iptables: a ban that is not in the database is a finding'
unban 203.0.113.6
ban 2001:db8:2::5
explained 2001:db8:2::5 iptables-multiport
refused 2001:db8:2::5 ip6/filter/f2b-sshd
fail2ban_stop

# --- hosts.deny ------------------------------------------------------------------

fail2ban_start hostsdeny || bail "fail2ban did not start"
ban 203.0.113.7
is "$(cat /etc/hosts.deny)" 'ALL: 203.0.113.7' 'hostsdeny: a rule without a mark'
explained 203.0.113.7 hostsdeny
is "$(said '.now[6].rule.owner')" fail2ban:sshd 'hostsdeny: whose rule it is'
like "$out" '^  placed by fail2ban, jail sshd$' 'hostsdeny: which is told'
unban 203.0.113.7
ban 2001:db8:2::5
is "$(cat /etc/hosts.deny)" 'ALL: [2001:db8:2::5]' 'hostsdeny: an IPv6 rule'
explained 2001:db8:2::5 hostsdeny
is "$(said '.now[6].rule.owner')" fail2ban:sshd 'hostsdeny: and whose it is'

# --- without the server, and without its database ----------------------------------

kill "$F2B_PID"
wait "$F2B_PID" 2>/dev/null
F2B_PID=
why 2001:db8:2::5
is "$(said '.bans[0].actions + " " + .bans[0].ignoreip')" \
	'hostsdeny 10.0.0.0/8 192.0.2.77' \
	'the configuration tells what the server does not'
fail2ban-client -d >"$W/dump" 2>/dev/null
like "$(cat "$W/dump")" "'addignoreip', '10.0.0.0/8', '192.0.2.77'\\]" \
	'as fail2ban reads it'
echo rubbish >"$W/fail2ban/db.sqlite3"
why 2001:db8:2::5
like "$out" "^  note      fail2ban can't be asked: $W/fail2ban/db.sqlite3: not" \
	'a damaged database is said'

done_testing
