#!/bin/sh
# asked.sh - what sshwhy says of a SYN is what a real one meets, by which rule.
#
# A server and a client in network namespaces of their own, joined by a veth
# pair. For each ruleset the question is asked, and the same SYN is really sent.
# shellcheck disable=SC2034
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/firewall/rulesets.sh
. "$srcdir/tests/firewall/rulesets.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft iptables-nft ipset ip jq unshare; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi

# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
trap end_world EXIT
trap 'exit 129' HUP INT TERM

clear_world()
{
	nft flush ruleset
	ipset destroy 2>/dev/null
	nft -f - <<-'N'
	table inet traced {
		chain first { type filter hook prerouting priority -500
			meta nftrace set 1
		}
	}
	N
}

server_of()
{
	case $1 in *:*) echo "$server6" ;; *) echo "$server4" ;; esac
}

# ask CLIENT PORT: "OUTCOME FAMILY/TABLE/CHAIN HANDLE", by sshwhy.
ask()
{
	"$builddir/sshwhy" test --json "$1" \
		-C "laddr=$(server_of "$1"),lport=$2" >"$work/answer"
	jq -r '.now[0] | [.outcome, ((.rule.source // "-") | sub("^nft:"; "")),
		(.rule.line // 0)] | join(" ")' "$work/answer"
}

# meet CLIENT PORT: the same, of a real SYN.
meet()
{
	"$builddir/tests/tools/syn" "$peer" far "$mac" "$1" \
		"$(server_of "$1")" "$2"
}

# The words that the two have for one thing.
outcome_of()
{
	case $1 in
	dropped) echo drop ;;
	rejected) echo reject ;;
	accepted) echo pass ;;
	*) echo "$1" ;;
	esac
}

# judge RULESET CLIENT OUTCOME PORT
judge()
{
	_name="$1: $2 port $4: $3"
	_said=$(ask "$2" "$4")
	_met=$(meet "$2" "$4")
	_real=$(outcome_of "${_met%% *}")
	case $3 in
	depends)
		is "${_said%% *}" depends "$_name, says the answer"
		return
		;;
	pass)
		is "${_said%% *} $_real" 'pass pass' "$_name"
		return
		;;
	esac
	is "$_real" "$3" "$_name, really"
	is "$_said" "reject ${_met#* }" "$_name, by the rule that refused it"
}

make_world || bail 'no veth pair'
[ "$#" -eq 0 ] || RULESETS=$*
for ruleset in $RULESETS; do
	clear_world
	"$ruleset" >"$work/rows" 2>"$work/err"
	[ ! -s "$work/err" ] || bail "$ruleset: $(cat "$work/err")"
	while read -r client outcome port; do
		judge "$ruleset" "$client" "$outcome" "${port:-22}"
	done <"$work/rows"
done

# What is said of the host stays what it was.
clear_world
fail2ban_iptables_multiport >"$work/rows"
nft monitor >"$work/changes" 2>&1 &
monitor=$!
nft list ruleset >"$work/before" 2>/dev/null
is "$(ask 203.0.113.5 22 | cut -d' ' -f1)" reject 'a ruleset that is watched is asked'
is "$(ask 127.0.0.1 22 | cut -d' ' -f1)" pass 'a client on the host itself is asked about'
"$builddir/sshwhy" test --json 127.0.0.9 --iface eth0 >"$work/answer"
like "$(cat "$work/answer")" '"layer":"firewall","outcome":"unseen"' \
	'a source that the kernel takes from nowhere is no answer'
mount -t tmpfs none /dev/net
ask 203.0.113.5 22 >/dev/null
like "$(jq -r '.now[0] | .outcome + " " + .detail' "$work/answer")" \
	'^unseen no interface can be made' 'without tun the reason is told'
umount /dev/net
ask_as_nobody()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$builddir/sshwhy" test --json 203.0.113.5
}
if ask_as_nobody >"$work/answer" 2>/dev/null || [ -s "$work/answer" ]; then
	is "$(jq -r '.now[0] | .outcome + " " + .detail' "$work/answer")" \
		'unseen the ruleset is readable for root only' \
		'without root the reason is told'
else
	skip 'the build folder is closed to others' 'without root the reason is told'
fi
kill "$monitor"
wait "$monitor" 2>/dev/null
is "$(grep -v "^trace id" "$work/changes")" '' 'nothing was changed, by no answer and no failure'
is "$(nft list ruleset 2>/dev/null)" "$(cat "$work/before")" 'the ruleset is what it was'
nft -f - <<'N'
table inet sshwhy {
	chain input { type filter hook input priority 0; policy drop; }
}
N
is "$(ask 203.0.113.6 22 | cut -d' ' -f1)" pass 'our own table is left out'
nft delete table inet sshwhy
done_testing
