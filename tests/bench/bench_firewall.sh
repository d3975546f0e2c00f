#!/bin/sh
# bench_firewall.sh - how long an answer of the firewall takes, beside nft, which
# lists the same ruleset and answers nothing; what a flood of 20,000 SYN/s for
# 30 s costs the recorder; what a packet of a flood costs the kernel with our
# table beside what it costs without; and what the recorder takes while bans
# change a large set.
#
# Goals: 150 ms for an answer, 2 s with 100,000 elements; a tenth of a processor
# and 32 MiB for the recorder (tests/firewall/flood.sh says ok); twice the
# kernel's time.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo 'needs root' && exit 0; }
	make -s -C "$builddir" sshwhy sshwhyd tests/tools/syn || exit 1
	FLOOD=600000 "$srcdir/tests/firewall/flood.sh"
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/firewall/rulesets.sh
. "$srcdir/tests/firewall/rulesets.sh"
# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
W=$work
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/firewall.sh
. "$srcdir/tests/lib/firewall.sh"
# shellcheck source=tests/bench/times.sh
. "$srcdir/tests/bench/times.sh"
end()
{
	recorder_stop
	server_end
	end_world
}
trap end EXIT
make_world || bail 'no veth pair'

# answer RULESET GOAL
answer()
{
	printf '%s\n' "$1"
	nft flush ruleset
	"$1" >"$work/rows"
	rm -f "$work"/*.times
	for _ in 1 2 3 4 5 6 7 8 9; do
		run theirs nft -a list ruleset
		run ours "$builddir/sshwhy" test 203.0.113.5
	done
	row theirs 'nft -a list ruleset'
	row ours 'sshwhy test 203.0.113.5'
	echo "$(least ours) $(least theirs)" | awk '{
		printf "  %-40s %7.2f times nft\n", "on the wall", $1 / $3 }'
	limit ours "$2"
}

for ruleset in nothing fail2ban_nftables fail2ban_iptables_multiport firewalld \
	ufw; do
	answer "$ruleset" 150
done
answer big_sets 2000

# flood NAME: 300,000 packets that a rule drops, as fast as they can be sent.
# The kernel takes them in on the sender's time.
flood()
{
	run "$1" "$builddir/tests/tools/syn" "$peer" far "$mac" 10.0.0.1 \
		"$server4" 2222 300000 unpaced
}

echo '300,000 packets'
nft flush ruleset
nft -f - <<'N'
table inet t {
	chain input { type filter hook input priority 0; policy accept
		ip saddr 10.0.0.0/8 drop
	}
}
N
make_server || bail 'no server'
port=2222
start_sshd "$port" || bail 'no sshd'
config 'sinks = file' 'firewall-rate = 50/s'
for _ in 1 2 3; do
	flood without
	recorder_start --config /run/sshwhy.conf ||
		bail "no recorder: $(cat "$W/sshwhyd.err")"
	wait_until traces_port "$port" || bail "sshd's port is not traced"
	flood with
	recorder_stop
done
row without 'one rule'
row with 'and our table'
judge 'ratio' "$(echo "$(least with) $(least without)" |
	awk '{ print $2 / $4 }')" times '<2'

# Somebody is banned five times a second while packets are dropped: the ruleset
# is another one each time, and one of its sets is large.
echo '100,000 packets, 100,000 elements, 5 bans a second'
big_sets >"$work/rows"
nft add rule inet t input ip saddr 10.0.0.0/8 drop
recorder_start --config /run/sshwhy.conf || bail 'no recorder'
wait_until traces_port "$port" || bail "sshd's port is not traced"
begun=$(date +%s%N)
before=$(recorder_cpu)
knock 10.0.0.1 100000 &
flood=$!
banned=0
while kill -0 "$flood" 2>/dev/null; do
	banned=$((banned + 1))
	echo "add element inet t nets { 12.0.$banned.0/24 }" >"$work/ban"
	nft -f "$work/ban"
	sleep 0.2
done
took=$((($(date +%s%N) - begun) / 1000000))
used=$(($(recorder_cpu) - before))
recorder_stop
printf '  %d bans in %d ms\n' "$banned" "$took"
judge 'sshwhyd' "$(echo "$used $took" | awk '{ print $1 / $2 * 100 }')" \
	'% of a processor' '<10'
