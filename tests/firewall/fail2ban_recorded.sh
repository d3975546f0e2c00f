#!/bin/sh
# fail2ban_recorded.sh - a client that fail2ban has banned, recorded and told.
#
# The real fail2ban, sshd, hook and recorder: five failed logins are a ban, the
# next attempt is one record with the rule that met it and the jail behind it.
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
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
end()
{
	recorder_stop
	fail2ban_end
}
trap end EXIT
wire_up || bail "no wire to the clients"
wire_address 203.0.113.5 203.0.113.6 203.0.113.7 203.0.113.8 \
	2001:db8:2::5 2001:db8:2::6 2001:db8:2::7
mkdir -p /run/sshwhy /var/log/sshwhy
printf '%s\n' 'sinks = file' 'firewall = yes' >"$W/sshwhy.conf"
SSHD_PRELOAD=$SSHD_HOOK
recorder_start --config "$W/sshwhy.conf" ||
	bail "no recorder: $(cat "$W/sshwhyd.err")"
sshd_start 'LogLevel INFO' || bail "sshd did not start"

SSHWHY=$builddir/sshwhy

traces_port()
{
	nft list set inet sshwhy ports 2>/dev/null |
		grep -q "elements.* $SSHD_PORT "
}

# recorded ADDR FILTER: of its one record, "" as long as there is none
recorded()
{
	jq -rn --arg addr "$1" '[inputs | select(.client.addr == $addr)] |
		if length == 0 then "" else .[0] | '"$2"' end' \
		"$RECORDS" 2>/dev/null
}

is_recorded()
{
	[ -n "$(recorded "$1" .cause)" ]
}

# ban ADDR: by five failed logins
ban()
{
	like "$(ssh_over_wire nobody0 "$1")" 'Permission denied' \
		"$action, $1: sshd answers first"
	fail_login "$1" 4
	holds "$action, $1: five failed logins are a ban" fail2ban_wait "$1"
	is_recorded "$1"
	is "$?" 1 "$action, $1: failed logins are no records"
}

# recorded_once ADDR CAUSE PLACE ANSWER: what the next attempt meets
recorded_once()
{
	like "$(ssh_over_wire nobody0 "$1")" "$4" \
		"$action, $1: the next attempt is refused"
	holds "$action, $1: and recorded" wait_until is_recorded "$1"
	is "$(recorded "$1" '.cause + " " + .rule.owner + " " + .evidence')" \
		"$2 fail2ban:sshd recorded" "$action, $1: its cause and jail"
	like "$(recorded "$1" '.rule | .source + ":" + (.line | tostring)')" \
		"^$3\$" "$action, $1: its rule"
}

# The rule's handle names the rule that has the verdict.
is_rule() # ADDR WORDS
{
	place=$(recorded "$1" '.rule.source | sub("^nft:"; "") |
		gsub("/"; " ")')
	handle=$(recorded "$1" .rule.line)
	# Words are meant to be split.
	# shellcheck disable=SC2086
	like "$(nft -a list chain $place 2>/dev/null)" \
		"$2.* # handle $handle\$" "$action, $1: which stands there"
}

# told ADDR CAUSE: what sshwhy makes of record and ban
told()
{
	out=$("$SSHWHY" "$1" --port "$SSHD_PORT" 2>&1)
	json=$("$SSHWHY" "$1" --port "$SSHD_PORT" --json 2>&1)
	is "$(printf '%s\n' "$json" | jq -r '.last | .cause + " " +
		.rule.owner + " " + .via')" "$2" "$action, $1: the last refusal"
	like "$out" "^  banned    by fail2ban, jail sshd, since [0-9:]* until \
[0-9:]*, (5[0-9] min|1 h) left; 5 failures; action " \
		"$action, $1: jail, ban time and remaining time"
	is "$(printf '%s\n' "$out" |
		grep -c "^            .*Invalid user nobody[0-4] from $1 ")" \
		5 "$action, $1: the five log lines"
	like "$out" "^  let it in fail2ban-client set sshd unbanip $1\$" \
		"$action, $1: how to let it in"
}

# begin ACTION
begin()
{
	action=$1
	fail2ban_start "$action" || bail "fail2ban did not start"
}

wait_until traces_port
is "$?" 0 "sshd's port is traced"

begin nftables
for client in 203.0.113.5 2001:db8:2::5; do
	ban "$client"
	recorded_once "$client" firewall.reject \
		'nft:inet/f2b-table/f2b-chain:[1-9][0-9]*' 'Connection refused'
	case $client in *:*) set=addr6-set-sshd ;; *) set=addr-set-sshd ;; esac
	is_rule "$client" "saddr @$set reject"
	told "$client" 'firewall.reject fail2ban:sshd trace'
done
fail2ban_stop

# Nothing tells the client, which sends its SYN again.
begin 'nftables[blocktype=drop]'
ban 203.0.113.8
recorded_once 203.0.113.8 firewall.drop \
	'nft:inet/f2b-table/f2b-chain:[1-9][0-9]*' 'Connection timed out'
is_rule 203.0.113.8 'saddr @addr-set-sshd drop'
told 203.0.113.8 'firewall.drop fail2ban:sshd trace'
fail2ban_stop

begin iptables-multiport
for client in 203.0.113.6 2001:db8:2::6; do
	ban "$client"
	case $client in *:*) family=ip6 ;; *) family=ip ;; esac
	recorded_once "$client" firewall.reject \
		"nft:$family/filter/f2b-sshd:[1-9][0-9]*" 'Connection refused'
	is_rule "$client" "$family saddr $client .*reject"
	told "$client" 'firewall.reject fail2ban:sshd trace'
done
fail2ban_stop

begin hostsdeny
for client in 203.0.113.7 2001:db8:2::7; do
	ban "$client"
	# libwrap keeps it waiting for 5 s.
	recorded_once "$client" wrapper.deny '/etc/hosts.deny:[12]' \
		'Connection (reset|closed|timed out)'
	told "$client" 'wrapper.deny fail2ban:sshd hook'
done
fail2ban_stop

# What was folded is written at the end.
recorder_stop
for client in 203.0.113.5 2001:db8:2::5 203.0.113.6 2001:db8:2::6 203.0.113.7 \
	2001:db8:2::7 203.0.113.8; do
	is "$(jq -n --arg addr "$client" '[inputs |
		select(.client.addr == $addr) | .count]' "$RECORDS" |
		tr -d ' \n')" '[1]' "$client: one attempt is one record"
done
done_testing
