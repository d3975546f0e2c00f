#!/bin/sh
# blind_spots.sh - what drops a packet beside nf_tables cannot be asked, and the
# answer says so; where it is there and drops nobody, the answer is sure.
#
# Each row really drops a SYN first, or lets it in.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft iptables-legacy ip tc clang jq unshare; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi

# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
trap end_world EXIT
trap 'exit 129' HUP INT TERM
make_world || bail 'no veth pair'
# One more interface, that no client comes by.
ip link add other type veth peer name others
# syn reads the trace.
nft -f - <<'N'
table inet traced {
	chain first { type filter hook prerouting priority -500
		meta nftrace set 1
	}
}
N

# One program for each: 1 is XDP_DROP, and 2 TC_ACT_SHOT.
cat >"$work/drop.c" <<'C'
__attribute__((section("xdp"), used)) int drop(void *packet) { return 1; }
__attribute__((section("tc"), used)) int shoot(void *packet) { return 2; }
char terms[] __attribute__((section("license"))) = "GPL";
C
clang -O2 -g -target bpf -c "$work/drop.c" -o "$work/drop.o" ||
	bail 'clang makes no programs for the kernel'

# row NAME CLIENT MET SAID: what a real SYN met, and the firewall's outcome and
# words.
row()
{
	case $2 in *:*) _to=$server6 ;; *) _to=$server4 ;; esac
	_met=$("$builddir/tests/tools/syn" "$peer" far "$mac" "$2" "$_to" 22)
	is "${_met%% *}" "$3" "$1: $2 is $3"
	"$builddir/sshwhy" test --json "$2" >"$work/answer"
	is "$(jq -r '.now[0] | .outcome + " " + .detail' "$work/answer")" \
		"$4" "$1: and sshwhy says ${4%% *}"
}

blind='which cannot be asked'
sure='pass no rule refuses it'

row 'nothing' 203.0.113.5 accepted "$sure"

iptables-legacy -S >/dev/null
ip6tables-legacy -t mangle -S >/dev/null
is "$(cat /proc/net/ip_tables_names /proc/net/ip6_tables_names)" 'filter
mangle' 'the tables of iptables-legacy are loaded'
row 'empty tables' 203.0.113.5 accepted "$sure"
row 'empty tables' 2001:db8:5::1 accepted "$sure"
iptables-legacy -N mine
iptables-legacy -A mine -s 203.0.113.6 -j RETURN
iptables-legacy -A INPUT -s 203.0.113.7 -j ACCEPT
iptables-legacy -A INPUT -j mine
row 'tables that let all pass' 203.0.113.5 accepted "$sure"
iptables-legacy -A mine -s 203.0.113.5 -p tcp --dport 22 -j DROP
legacy="depends on tables of iptables-legacy, $blind"
row 'iptables-legacy' 203.0.113.5 dropped "$legacy"
row 'iptables-legacy' 203.0.113.8 accepted "$legacy"
row 'of the other family' 2001:db8:5::1 accepted "$sure"
"$builddir/sshwhy" 203.0.113.5 >"$work/text"
like "$(cat "$work/text")" "firewall depends \(on tables of iptables-legacy," \
	'and people are told, too'
iptables-legacy -F
row 'iptables-legacy without rules again' 203.0.113.5 accepted "$sure"
iptables-legacy -P INPUT DROP
row 'a policy of iptables-legacy' 203.0.113.5 dropped "$legacy"
iptables-legacy -P INPUT ACCEPT
ip6tables-legacy -t mangle -A PREROUTING -s 2001:db8:5::1 -j DROP
row 'ip6tables-legacy' 2001:db8:5::1 dropped "$legacy"
row 'of the other family' 203.0.113.5 accepted "$sure"
ip6tables-legacy -t mangle -F

nft add table netdev early
nft add chain netdev early in \
	'{ type filter hook ingress device "eth0" priority 0; policy drop; }'
row 'netdev' 203.0.113.5 dropped \
	"depends on ingress chains of an interface (netdev), $blind"
nft delete table netdev early
nft add table inet early
nft add chain inet early in \
	'{ type filter hook ingress device "eth0" priority 0; policy drop; }'
row 'ingress of inet' 203.0.113.5 dropped \
	"depends on ingress chains of an interface (netdev), $blind"
nft delete table inet early

tc qdisc add dev eth0 clsact
tc filter add dev eth0 egress bpf direct-action object-file "$work/drop.o" \
	section tc || bail 'the kernel has no filters of tc'
row 'a tc filter for what goes out' 2001:db8:5::1 dropped "$sure"
tc filter del dev eth0 egress
row 'a qdisc without filters' 203.0.113.5 accepted "$sure"
tc filter add dev eth0 ingress bpf direct-action object-file "$work/drop.o" \
	section tc
row 'tc' 203.0.113.5 dropped "depends on tc filters of the interface, $blind"

ip link set dev other xdp object "$work/drop.o" section xdp ||
	bail 'the kernel has no XDP'
ip link set dev eth0 xdp object "$work/drop.o" section xdp
iptables-legacy -A INPUT -s 203.0.113.5 -j DROP
row 'several' 203.0.113.5 dropped "depends on an XDP program of the interface,\
 tc filters of the interface and tables of iptables-legacy, $blind"
iptables-legacy -F
tc qdisc del dev eth0 clsact
row 'XDP' 2001:db8:5::1 dropped \
	"depends on an XDP program of the interface, $blind"
ip link set dev eth0 xdp off
row 'XDP of another interface' 203.0.113.5 accepted "$sure"
done_testing
