#!/bin/sh
# bench_firewall.sh - how long an answer of the firewall takes, and what a flood
# of 20,000 SYN/s for 30 s costs the recorder.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo 'needs root' && exit 0; }
	FLOOD=600000 "$srcdir/tests/firewall/flood.sh"
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/firewall/rulesets.sh
. "$srcdir/tests/firewall/rulesets.sh"
# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
trap end_world EXIT
make_world

for ruleset in nothing fail2ban_nftables fail2ban_iptables_multiport firewalld \
	ufw big_sets; do
	nft flush ruleset
	"$ruleset" >/dev/null
	for _ in 1 2 3 4 5 6 7 8 9; do
		begun=$(date +%s%N)
		"$builddir/sshwhy" test 203.0.113.5 >/dev/null
		echo $((($(date +%s%N) - begun) / 1000000))
	done | sort -n | awk -v name="$ruleset" '
		{ ms[NR] = $1 }
		END { printf "%-30s median %d ms, worst %d ms\n", name, ms[5], ms[9] }'
done
