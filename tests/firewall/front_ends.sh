#!/bin/sh
# front_ends.sh - a real ufw and a real firewalld refuse a client by a rule that
# they wrote themselves: sshwhy names it and whose it is, and what it advises,
# followed to the letter, lets the client in.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/front_ends.sh
. "$srcdir/tests/lib/front_ends.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft iptables-nft ip jq unshare; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
	front_ends_installed || skip_all 'ufw and firewalld are not unpacked'
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi

# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
end()
{
	front_ends_end
	end_world
}
trap end EXIT
trap 'exit 129' HUP INT TERM
make_world || bail 'no veth pair'
front_ends_furnish || bail 'ufw and firewalld find no place here'
# syn reads the trace.
nft -f - <<'N'
table inet traced {
	chain first { type filter hook prerouting priority -500
		meta nftrace set 1
	}
}
N

# told COMMAND...: as an administrator would say it
told()
{
	"$@" >"$work/told" 2>&1 || bail "$*: $(cat "$work/told")"
}

# meet CLIENT: "OUTCOME FAMILY/TABLE/CHAIN HANDLE" of a real SYN to port 22.
meet()
{
	case $1 in *:*) _to=$server6 ;; *) _to=$server4 ;; esac
	"$builddir/tests/tools/syn" "$peer" far "$mac" "$1" "$_to" 22
}

# ask CLIENT: the same and the owner, by sshwhy.
ask()
{
	"$builddir/sshwhy" --json "$1" >"$work/answer"
	jq -r '.now[0] | [.outcome, ((.rule.source // "-") | sub("^nft:"; "")),
		(.rule.line // 0), .rule.owner // "nobody"] | join(" ")' \
		"$work/answer"
}

# advised CLIENT TOOL: the lines of advice that are commands of the tool.
advised()
{
	jq -r '.advice[]' "$work/answer" | grep "^$2 "
}

# refused CLIENT CHAIN OWNER TOOL NAME: it is, as sshwhy says, until its advice
# is followed.
refused()
{
	_met=$(meet "$1")
	like "$_met" "^(dropped|rejected) $2 [0-9]+\$" "$5: $1 is refused"
	is "$(ask "$1")" "reject ${_met#* } $3" "$5: by which rule, and whose"
	advice=$(advised "$1" "$4")
	is "$(printf '%s\n' "$advice" | grep -c .)" 1 \
		"$5: advised is one command of $4"
	diag "$advice"
	sh -c "$advice" >"$work/told" 2>&1 || diag "$(cat "$work/told")"
	like "$(meet "$1")" '^accepted ' "$5: the advice lets it in"
	is "$(ask "$1" | cut -d ' ' -f 1)" pass "$5: and sshwhy agrees"
}

# --- ufw ---------------------------------------------------------------------------

told ufw allow 22/tcp
told ufw --force enable
told ufw prepend deny from 203.0.113.5 to any port 22
like "$("$builddir/sshwhy" test 203.0.113.5)" \
	'REJECTED by the firewall \(drop\), nft:ip/filter/ufw-user-input:' \
	'what people are told of it'
refused 203.0.113.5 'ip/filter/ufw-user-input' ufw ufw 'ufw deny'
told ufw prepend reject from 2001:db8:5::1 to any port 22 proto tcp
refused 2001:db8:5::1 'ip6/filter/ufw6-user-input' ufw ufw 'ufw reject'
told ufw prepend deny from 203.0.113.6
refused 203.0.113.6 'ip/filter/ufw-user-input' ufw ufw 'ufw deny, any port'
told ufw prepend deny from 198.51.100.0/24
refused 198.51.100.7 'ip/filter/ufw-user-input' ufw ufw 'ufw deny, a net'
told ufw prepend deny from 2001:db8:7::/48
refused 2001:db8:7::9 'ip6/filter/ufw6-user-input' ufw ufw 'ufw deny, a net'
told ufw limit 22/tcp
for client in 203.0.113.9 2001:db8:9::1; do
	like "$(ask "$client")" \
		'^depends ip6?/filter/ufw6?-user-input [0-9]+ ufw$' \
		"ufw limit: $client depends on what happened before"
done
told ufw delete limit 22/tcp
refused 203.0.113.9 'ip/filter/INPUT' ufw ufw 'ufw without a rule for ssh'
refused 2001:db8:9::1 'ip6/filter/INPUT' ufw ufw 'ufw without a rule for ssh'
told ufw --force disable
iptables-nft -P INPUT ACCEPT
ip6tables-nft -P INPUT ACCEPT

# --- firewalld ---------------------------------------------------------------------

# rich RULE
rich()
{
	told firewall-cmd --add-rich-rule="$1"
}

inet=inet/firewalld/filter
firewalld_start || bail 'firewalld does not start'
rich 'rule family="ipv4" source address="203.0.113.5" drop'
refused 203.0.113.5 "${inet}_IN_public_deny" firewalld:public firewall-cmd \
	'a rich rule'
rich 'rule family="ipv6" source address="2001:db8:5::1" reject'
refused 2001:db8:5::1 "${inet}_IN_public_deny" firewalld:public firewall-cmd \
	'a rich rule'
told firewall-cmd --zone=drop --add-source=198.51.100.0/24
refused 198.51.100.7 "${inet}_IN_drop" firewalld:drop firewall-cmd \
	'a source of the zone drop'
told firewall-cmd --zone=block --add-source=2001:db8:7::/48
refused 2001:db8:7::9 "${inet}_IN_block" firewalld:block firewall-cmd \
	'a source of the zone block'
told firewall-cmd --remove-service=ssh
refused 203.0.113.9 "${inet}_IN_public" firewalld:public firewall-cmd \
	'a zone without ssh'
# For good, as the second line of the advice has it.
told sh -c "$advice --permanent"
told firewall-cmd --permanent --remove-service=ssh
told firewall-cmd --reload
like "$(meet 203.0.113.9)" '^accepted ' 'with --permanent it stays in'
like "$(meet 203.0.113.8)" '^rejected ' 'and nobody else is'
told firewall-cmd --panic-on
refused 203.0.113.9 'inet/firewalld_policy_drop/raw_prerouting' firewalld \
	firewall-cmd 'panic mode'
told firewall-cmd --direct --add-rule ipv4 filter INPUT 0 -s 203.0.113.9 -j DROP
refused 203.0.113.9 'ip/filter/INPUT' nobody nft 'a direct rule'

told firewall-cmd --permanent --new-policy=fence
for words in --set-target=DROP --add-ingress-zone=ANY --add-egress-zone=HOST; do
	told firewall-cmd --permanent --policy=fence "$words"
done
told firewall-cmd --reload
refused 203.0.113.9 "${inet}_IN_policy_fence" firewalld:policy_fence \
	firewall-cmd 'a policy of firewalld'

told firewall-cmd --permanent --delete-policy=fence
sed -i 's/^FirewallBackend=.*/FirewallBackend=iptables/' \
	/etc/firewalld/firewalld.conf
told firewall-cmd --reload
told firewall-cmd --zone=drop --add-source=2001:db8:5::/48
refused 2001:db8:5::1 'ip6/filter/IN_drop' firewalld:drop firewall-cmd \
	'firewalld with iptables'
done_testing
