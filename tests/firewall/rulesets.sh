# rulesets.sh - rulesets for asked.sh. Sourced, POSIX shell.
# shellcheck shell=sh
#
# Each function loads one and then prints rows: CLIENT OUTCOME [PORT], where
# OUTCOME is what sshwhy has to say of a SYN to port 22.

nft_sets_with_timeout()
{
	nft -f - <<'N'
table inet t {
	set banned { type ipv4_addr; flags timeout
		elements = { 203.0.113.5 timeout 1h, 203.0.113.6 timeout 2h } }
	set banned6 { type ipv6_addr; flags timeout
		elements = { 2001:db8:5::1 timeout 1h } }
	chain input {
		type filter hook input priority 0; policy accept
		tcp dport 22 ip saddr @banned drop comment "banned"
		tcp dport 22 ip6 saddr @banned6 reject
	}
}
N
	cat <<'R'
203.0.113.5 drop
203.0.113.6 drop
203.0.113.7 pass
2001:db8:5::1 reject
2001:db8:5::2 pass
R
}

nft_intervals()
{
	nft -f - <<'N'
table ip t {
	set nets { type ipv4_addr; flags interval
		elements = { 198.51.100.0/25, 203.0.113.7,
			203.0.113.16-203.0.113.31, 203.0.113.32/30 } }
	chain input {
		type filter hook input priority filter; policy accept
		tcp dport { 22, 80-90, 443 } ip saddr @nets counter drop
		ip saddr { 8.8.8.0/24, 8.8.9.0/24, 9.9.9.9 } reject with tcp reset
	}
}
N
	cat <<'R'
198.51.100.127 drop
198.51.100.128 pass
203.0.113.7 drop
203.0.113.8 pass
203.0.113.15 pass
203.0.113.16 drop
203.0.113.35 drop
203.0.113.36 pass
8.8.9.255 reject
9.9.9.9 reject
R
}

nft_verdict_maps()
{
	nft -f - <<'N'
table inet t {
	map who { type ipv4_addr : verdict; flags interval
		elements = { 203.0.113.0/28 : drop, 203.0.113.16/28 : jump odd,
			203.0.113.32/28 : accept } }
	chain odd { ip saddr 203.0.113.17 reject
	}
	chain input {
		type filter hook input priority 0; policy drop
		ip saddr vmap @who
		tcp dport vmap { 22 : goto ssh, 23 : drop }
	}
	chain ssh { ip6 saddr vmap { 2001:db8:5::/64 : drop, 2001:db8:6::/64 : accept }
		ip saddr 203.0.113.0/24 accept
	}
}
N
	cat <<'R'
203.0.113.1 drop
203.0.113.17 reject
203.0.113.18 pass
203.0.113.33 pass
203.0.113.99 pass
198.51.100.1 drop
2001:db8:5::9 drop
2001:db8:6::9 pass
2001:db8:7::9 drop
R
}

nft_jumps_and_returns()
{
	nft -f - <<'N'
table inet t {
	chain last { ip saddr 203.0.113.2 return
		ip saddr 203.0.113.3 drop
	}
	chain middle { ip saddr 203.0.113.1 return
		jump last
		ip saddr 203.0.113.2 drop comment "from the middle"
		goto last
	}
	chain input {
		type filter hook input priority 0; policy accept
		tcp dport 22 jump middle
		ip saddr 203.0.113.1 jump { tcp dport 22 reject; }
	}
}
N
	cat <<'R'
203.0.113.1 reject
203.0.113.2 drop
203.0.113.3 drop
203.0.113.4 pass
R
}

nft_policy_drop()
{
	nft -f - <<'N'
table inet t {
	chain input {
		type filter hook input priority 0; policy drop
		ct state established,related accept
		ct state invalid drop
		iif lo accept
		meta l4proto { icmp, ipv6-icmp } accept
		ip saddr 203.0.113.0/24 tcp dport 22 ct state new accept
	}
}
N
	cat <<'R'
203.0.113.1 pass
198.51.100.1 drop
2001:db8:5::1 drop
R
}

nft_many_base_chains()
{
	nft -f - <<'N'
table inet early {
	chain raw { type filter hook prerouting priority raw; policy accept
		ip saddr 203.0.113.1 drop
		ip saddr 203.0.113.2 notrack
	}
}
table ip t {
	chain pre { type filter hook prerouting priority mangle; policy accept
		ip saddr 203.0.113.3 meta mark set 7
	}
	chain input { type filter hook input priority 10; policy accept
		meta mark 7 reject
		ct state untracked drop
	}
	chain before { type filter hook input priority -10; policy accept
		accept
	}
}
N
	cat <<'R'
203.0.113.1 drop
203.0.113.2 drop
203.0.113.3 reject
203.0.113.4 pass
R
}

nft_redirect()
{
	nft -f - <<'N'
table ip nat {
	chain pre { type nat hook prerouting priority dstnat
		tcp dport 2022 redirect to :22
		ip saddr 203.0.113.9 tcp dport 22 dnat to 10.9.9.9
	}
}
table inet t {
	chain input { type filter hook input priority 0; policy drop
		ct status dnat tcp dport 22 ip saddr 203.0.113.0/24 accept
	}
}
N
	cat <<'R'
203.0.113.1 pass 2022
203.0.113.1 drop 22
198.51.100.1 drop 2022
203.0.113.9 depends 22
R
}

nft_interfaces()
{
	nft -f - <<'N'
table inet t {
	chain input { type filter hook input priority 0; policy accept
		iif lo accept
		iif "eth0" ip saddr 203.0.113.1 drop
		iifname "eth*" ip saddr 203.0.113.2 drop
		iifname != "eth0" drop
		iifgroup 7 ip saddr 203.0.113.3 drop
		iiftype ether ip saddr 203.0.113.4 drop
	}
}
N
	cat <<'R'
203.0.113.1 drop
203.0.113.2 drop
203.0.113.3 drop
203.0.113.4 drop
203.0.113.5 pass
R
}

nft_fib()
{
	nft -f - <<'N'
table inet t {
	chain pre { type filter hook prerouting priority raw; policy accept
		fib saddr . iif oif missing drop
		fib daddr . iif type != { local, broadcast, multicast } drop
		ip6 saddr 2001:db8:5::1 fib saddr type unicast drop
	}
}
N
	cat <<'R'
203.0.113.1 pass
2001:db8:5::1 drop
2001:db8:5::2 pass
R
}

nft_concatenations()
{
	nft -f - <<'N'
table inet t {
	set pairs { type ipv4_addr . inet_service; flags interval
		elements = { 203.0.113.0/28 . 22, 203.0.113.64-203.0.113.71 . 20-30,
			198.51.100.0/24 . 80 } }
	map verdicts { typeof ip saddr . tcp dport : verdict
		elements = { 203.0.113.33 . 22 : drop } }
	chain input { type filter hook input priority 0; policy accept
		ip saddr . tcp dport @pairs reject
		ip saddr . tcp dport vmap @verdicts
		ct state . tcp dport vmap { new . 22 : jump sub }
	}
	chain sub { ip saddr 203.0.113.34 drop
	}
}
N
	cat <<'R'
203.0.113.15 reject
203.0.113.70 reject
203.0.113.72 pass
198.51.100.1 pass
203.0.113.33 drop
203.0.113.34 drop
R
}

nft_limits()
{
	nft -f - <<'N'
table inet t {
	limit slow { rate 3/minute }
	set seen { type ipv4_addr; size 128; flags dynamic,timeout; timeout 1m; }
	chain input { type filter hook input priority 0; policy accept
		ip saddr 203.0.113.1 limit rate 3/minute accept
		ip saddr 203.0.113.2 limit rate 3/minute log prefix "x"
		ip saddr 203.0.113.3 tcp dport 22 update @seen { ip saddr limit rate over 3/minute } drop
		ip saddr 203.0.113.4 ct count over 2 reject
		ip saddr 203.0.113.5 limit name "slow" accept
		ip saddr 203.0.113.6 quota over 10 mbytes drop
		ip saddr 203.0.113.7 numgen random mod 2 0 drop
		ip saddr 203.0.113.8 ether saddr 02:00:00:00:00:99 accept
		ip saddr 203.0.113.9 limit rate 3/minute jump { drop; }
		ip saddr { 203.0.113.1, 203.0.113.5, 203.0.113.8 } drop
		tcp dport 23 limit rate 3/minute drop
	}
}
N
	cat <<'R'
203.0.113.1 depends
203.0.113.2 pass
203.0.113.3 depends
203.0.113.4 depends
203.0.113.5 depends
203.0.113.6 depends
203.0.113.7 depends
203.0.113.8 depends
203.0.113.9 depends
203.0.113.10 pass
R
}

nft_counters_and_objects()
{
	nft -f - <<'N'
table inet t {
	counter hits { packets 5 bytes 300 }
	quota big { over 1 mbytes }
	ct helper ftp { type "ftp" protocol tcp; }
	map which { type ipv4_addr : counter
		elements = { 203.0.113.1 : "hits" } }
	chain input { type filter hook input priority 0; policy accept
		counter name "hits"
		ip saddr 203.0.113.1 counter packets 9 bytes 99 drop
	}
}
table ip sleeping { flags dormant
	chain input { type filter hook input priority 0; policy drop
	}
}
N
	cat <<'R'
203.0.113.1 drop
203.0.113.2 pass
R
}

fail2ban_nftables()
{
	nft -f - <<'N'
table inet f2b-table {
	set addr-set-sshd { type ipv4_addr; elements = { 203.0.113.5, 203.0.113.6 } }
	set addr6-set-sshd { type ipv6_addr; elements = { 2001:db8:5::1 } }
	chain f2b-chain { type filter hook input priority filter - 1; policy accept
		tcp dport { 22 } ip saddr @addr-set-sshd reject with icmp port-unreachable
		tcp dport { 22 } ip6 saddr @addr6-set-sshd reject with icmpv6 port-unreachable
	}
}
N
	cat <<'R'
203.0.113.5 reject
203.0.113.7 pass
2001:db8:5::1 reject
2001:db8:5::2 pass
R
}

fail2ban_iptables_multiport()
{
	iptables-nft -N f2b-sshd
	iptables-nft -A f2b-sshd -j RETURN
	iptables-nft -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
	iptables-nft -I f2b-sshd 1 -s 203.0.113.5 -j REJECT --reject-with icmp-port-unreachable
	ip6tables-nft -N f2b-sshd
	ip6tables-nft -I INPUT -p tcp -m multiport --dports 22,2222 -j f2b-sshd
	ip6tables-nft -A f2b-sshd -s 2001:db8:5::/64 -j DROP
	cat <<'R'
203.0.113.5 reject
203.0.113.6 pass
2001:db8:5::1 drop
2001:db8:6::1 pass
R
}

iptables_ipset()
{
	ipset create gone hash:ip
	ipset create f2b-sshd hash:ip timeout 600
	ipset create nets hash:net
	ipset create six hash:net family inet6
	ipset create both list:set
	ipset destroy gone
	ipset add f2b-sshd 203.0.113.5
	ipset add nets 198.51.100.0/24
	ipset add six 2001:db8:5::/48
	ipset add both nets
	iptables-nft -A INPUT -p tcp --dport 22 -m set --match-set f2b-sshd src -j REJECT
	iptables-nft -A INPUT -p tcp -m set --match-set both src -j DROP
	ip6tables-nft -A INPUT -p tcp -m set --match-set six src -j DROP
	cat <<'R'
203.0.113.5 reject
203.0.113.6 pass
198.51.100.9 drop
2001:db8:5::1 drop
2001:db8:6::1 pass
R
}

iptables_xt_matches()
{
	iptables-nft -A INPUT ! -p udp -m iprange --src-range 203.0.113.1-203.0.113.3 -j DROP
	iptables-nft -A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 --tcp-flags SYN,ACK SYN -m comment --comment 'a "rule"' -s 203.0.113.4 -j REJECT --reject-with tcp-reset
	iptables-nft -A INPUT -p tcp -m addrtype --dst-type LOCAL -m pkttype --pkt-type unicast -m u32 --u32 '12=0xcb007105' -j DROP
	iptables-nft -t raw -A PREROUTING -s 203.0.113.6 -j CT --notrack
	iptables-nft -A INPUT -m conntrack --ctstate UNTRACKED -j DROP
	iptables-nft -t mangle -A PREROUTING -s 203.0.113.7 -j MARK --set-mark 0x5
	iptables-nft -A INPUT -m mark --mark 0x5 -m ttl --ttl-gt 20 -j DROP
	cat <<'R'
203.0.113.2 drop
203.0.113.4 reject
203.0.113.5 drop
203.0.113.6 drop
203.0.113.7 drop
203.0.113.8 pass
R
}

# The chains that ufw makes for "ufw limit ssh" and "ufw deny from".
ufw()
{
	iptables-nft-restore <<'I'
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-before-input - [0:0]
:ufw-user-input - [0:0]
:ufw-user-limit - [0:0]
:ufw-user-limit-accept - [0:0]
:ufw-after-input - [0:0]
:ufw-not-local - [0:0]
:ufw-logging-deny - [0:0]
-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -j ufw-not-local
-A ufw-before-input -j ufw-user-input
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-user-input -s 198.51.100.0/24 -j DROP
-A ufw-user-input -s 203.0.113.1 -p tcp -m tcp --dport 22 -j ACCEPT
-A ufw-user-input -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource
-A ufw-user-input -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j ufw-user-limit
-A ufw-user-input -p tcp -m tcp --dport 22 -j ufw-user-limit-accept
-A ufw-user-limit -m limit --limit 3/min -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable
-A ufw-user-limit-accept -j ACCEPT
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
COMMIT
I
	cat <<'R'
198.51.100.1 drop
203.0.113.1 pass
203.0.113.2 depends
203.0.113.2 drop 2222
R
}

iptables_hashlimit_and_connlimit()
{
	iptables-nft -A INPUT -p tcp --dport 22 -s 203.0.113.1 -m hashlimit --hashlimit-above 3/min --hashlimit-mode srcip --hashlimit-name ssh -j DROP
	iptables-nft -A INPUT -p tcp --dport 22 -s 203.0.113.2 -m connlimit --connlimit-above 3 -j REJECT
	iptables-nft -A INPUT -p tcp --dport 22 -s 203.0.113.3 -m statistic --mode random --probability 0.5 -j DROP
	iptables-nft -A INPUT -p tcp --dport 22 -s 203.0.113.4 -m limit --limit 1/s -j ACCEPT
	iptables-nft -A INPUT -s 203.0.113.5 -m hashlimit --hashlimit-upto 3/min --hashlimit-name log -j LOG
	iptables-nft -A INPUT -s 203.0.113.4/31 -j DROP
	cat <<'R'
203.0.113.1 depends
203.0.113.2 depends
203.0.113.3 depends
203.0.113.4 depends
203.0.113.5 drop
203.0.113.6 pass
R
}

firewalld()
{
	nft -f - <<'N'
table inet firewalld {
	chain mangle_PREROUTING { type filter hook prerouting priority mangle + 10; policy accept
		meta nfproto ipv6 fib saddr . mark . iif oif missing drop
	}
	chain filter_INPUT { type filter hook input priority filter + 10; policy accept
		ct state { established, related } accept
		ct status dnat accept
		iifname "lo" accept
		ct state invalid drop
		jump filter_INPUT_ZONES
		reject with icmpx admin-prohibited
	}
	chain filter_INPUT_ZONES {
		ip saddr 198.51.100.0/24 goto filter_IN_drop
		iifname "eth0" goto filter_IN_public
		goto filter_IN_public
	}
	chain filter_IN_drop { drop
	}
	chain filter_IN_public {
		jump filter_IN_public_deny
		jump filter_IN_public_allow
		meta l4proto { icmp, ipv6-icmp } accept
		reject with icmpx admin-prohibited
	}
	chain filter_IN_public_deny {
		ip saddr 203.0.113.5 reject with icmp port-unreachable
		ip6 saddr 2001:db8:5::/48 drop
	}
	chain filter_IN_public_allow {
		tcp dport 22 accept
		ip6 daddr fe80::/64 udp dport 546 accept
	}
}
N
	cat <<'R'
198.51.100.1 drop
203.0.113.5 reject
203.0.113.6 pass
203.0.113.6 reject 2222
2001:db8:5::1 drop
2001:db8:6::1 pass
R
}

big_sets()
{
	awk 'BEGIN {
		print "table inet t {\nset big { type ipv4_addr; elements = {"
		for (i = 0; i < 100000; i++)
			printf "10.%d.%d.%d,\n", i / 65536, i / 256 % 256, i % 256
		print "203.0.113.5 } }\nset nets { type ipv4_addr; flags interval; elements = {"
		for (i = 0; i < 5000; i++)
			printf "11.%d.%d.0/25,\n", i / 256, i % 256
		print "203.0.113.64/26 } }"
		print "chain input { type filter hook input priority 0; policy accept"
		print "ip saddr @big drop\nip saddr @nets reject\n}\n}"
	}' | nft -f -
	cat <<'R'
203.0.113.5 drop
203.0.113.6 pass
10.1.134.159 drop
10.1.134.160 pass
11.19.135.127 reject
11.19.135.128 pass
203.0.113.100 reject
R
}

nothing()
{
	cat <<'R'
203.0.113.5 pass
2001:db8:5::1 pass
R
}

# Read by the test.
# shellcheck disable=SC2034
RULESETS='nothing nft_sets_with_timeout nft_intervals nft_verdict_maps
	nft_jumps_and_returns nft_policy_drop nft_many_base_chains nft_redirect
	nft_interfaces nft_fib nft_concatenations nft_limits
	nft_counters_and_objects fail2ban_nftables fail2ban_iptables_multiport
	iptables_ipset iptables_xt_matches ufw iptables_hashlimit_and_connlimit
	firewalld big_sets'
