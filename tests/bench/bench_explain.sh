#!/bin/sh
# bench_explain.sh - how long sshwhy ADDRESS takes to answer, beside ausearch,
# which lists the records of the address and says nothing of now.
#
# A real sshd runs, a plain ruleset of nft is loaded, auth.log is empty. The
# audit log is of 40 MiB, then of 1,000,000 records of ours; it is in the page
# cache. Goals: 300 ms and 1 s.
srcdir=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
command -v ausearch >/dev/null || skip_all 'ausearch is not installed'
command -v nft >/dev/null || skip_all 'nft is not installed'
make -s -C "$builddir" sshwhy tests/tools/gen_audit_log || bail 'cannot build'
SSHD_PORT=22
sshd_world "$0" "$@"
set -eu
# shellcheck source=tests/bench/times.sh
. "$srcdir/tests/bench/times.sh"
work=$W

mkdir -p /etc/audit /var/log/audit
mount -t tmpfs tmpfs /var/log/audit
log=/var/log/audit/audit.log
echo "log_file = $log" >/etc/audit/auditd.conf
: >/var/log/auth.log
nft -f - <<'N'
table inet filter {
	set admins { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 } }
	chain input {
		type filter hook input priority 0; policy drop
		iif lo accept
		ct state established,related accept
		ip saddr @admins accept
		tcp dport { 22, 80, 443 } accept
		icmp type echo-request accept
	}
}
N
# A way to the clients, whom nobody asks.
ip link add net0 type veth peer name net1
ip addr add 198.18.0.1/24 dev net0
ip link set net0 up
ip link set net1 up
ip route add default via 198.18.0.2
sshd_start || bail 'sshd does not start'

# ask CLIENT: who was refused, in the log that is there.
ask()
{
	rm -f "$work"/*.times
	for _ in 1 2 3 4 5; do
		run ours "$builddir/sshwhy" "$1" --port "$SSHD_PORT"
		run theirs ausearch -if "$log" -m ANOM_LOGIN_LOCATION -hn "$1" \
			-w --raw
	done
	run test "$builddir/sshwhy" test "$1" -C "lport=$SSHD_PORT"
	refusals=$(wc -l <"$work/theirs.out")
	grep -q "; $refusals times since " "$work/ours.out" ||
		bail "ausearch knows of $refusals refusals: $(cat "$work/ours.out")"
	row ours "sshwhy $1"
	row test "sshwhy test $1, no log read"
	row theirs "ausearch -m ... -hn $1 -w --raw"
	limit ours "$2"
}

# begin RECORDS ONE_IN
begin()
{
	"$builddir/tests/tools/gen_audit_log" "$1" "$2" >"$log"
	echo "$1 records, $(($(stat -c %s "$log") >> 20)) MiB," \
		"$(grep -c "'op=ssh-" "$log") of ours"
}

begin 149000 20
ask "$(grep -o " addr=203[^ ]*" "$log" | sort | uniq -c | sort -n | tail -n 1 |
	cut -d = -f 2)" 300
begin 1000000 1
ask 203.0.5.7 1000
