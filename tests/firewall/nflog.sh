#!/bin/sh
# nflog.sh - what rules log to a group (NFLOG), as sshwhyd records it: of
# iptables-legacy, which the kernel does not trace, and of the others.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft iptables-nft iptables-legacy ip jq python3 unshare sshd; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
	SW_FIREWALL_WORLD=1 exec unshare -mnpf --mount-proc "$0" "$@"
fi

# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
W=$work
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/firewall.sh
. "$srcdir/tests/lib/firewall.sh"
end()
{
	recorder_stop
	server_end
	end_world
}
trap end EXIT
trap 'exit 129' HUP INT TERM

records_of()
{
	jq -c "select(.client.addr == \"$1\") | [.cause, .rule.source,
		.rule.line, .rule.text, .rule.owner, .evidence, .via, .count]" \
		"$RECORDS" 2>/dev/null
}

is_recorded()
{
	[ -n "$(records_of "$1")" ]
}

# listens: the recorder to group 5, and to sshd's port
listens()
{
	grep -q '^ *5 ' /proc/net/netfilter/nfnetlink_log
}

make_world || bail 'no veth pair'
make_server || bail 'no server'
port=2222
start_sshd "$port" || bail 'no sshd'
iptables-legacy -S >/dev/null 2>&1 || skip_all 'the kernel has no iptables-legacy'

# refuse FAMILY CLIENT PREFIX TARGET...: log, then refuse
refuse()
{
	refuse_by=$1
	refuse_client=$2
	refuse_prefix=$3
	shift 3
	"$refuse_by" -A INPUT -s "$refuse_client" -p tcp --dport "$port" \
		-j NFLOG --nflog-group 5 --nflog-prefix "$refuse_prefix"
	"$refuse_by" -A INPUT -s "$refuse_client" -p tcp --dport "$port" -j "$@"
}

# --- iptables-legacy, beside the trace -------------------------------------------

refuse iptables-legacy 203.0.113.5 'f2b-sshd:REJECT ' REJECT
refuse iptables-legacy 203.0.113.6 'block list' DROP
refuse ip6tables-legacy 2001:db8:5::9 '[UFW BLOCK] ' DROP
iptables-legacy -A INPUT -p tcp --dport 9 -j NFLOG --nflog-group 5
iptables-legacy -A INPUT -p udp -j NFLOG --nflog-group 5
nft -f - <<'N'
table inet t {
	chain input { type filter hook input priority 10; policy accept
		ip saddr 203.0.113.7 log prefix "by nft" group 5 drop
	}
}
N
config 'sinks = file' 'firewall-log-group = 5' 'firewall-rate = 1000/s'
recorder_start --config /run/sshwhy.conf ||
	bail "no recorder: $(cat "$W/sshwhyd.err")"
wait_until listens
is "$?" 0 'the recorder listens to the group'
wait_until traces_port "$port"
for client in 203.0.113.5 203.0.113.6 203.0.113.7 2001:db8:5::9; do
	knock "$client" >>"$W/met"
done
is "$(cut -d' ' -f1 "$W/met" | tr '\n' ' ')" \
	'rejected dropped dropped dropped ' 'each of them is refused'
port=9
knock 203.0.113.9 >/dev/null
port=2222
for client in 203.0.113.5 203.0.113.6 203.0.113.7 2001:db8:5::9; do
	holds "$client is recorded" wait_until is_recorded "$client"
done
is "$(records_of 203.0.113.5)" \
	'["firewall.reject","nflog:5",null,"f2b-sshd:REJECT","fail2ban:sshd","recorded","trace",1]' \
	'iptables-legacy: the prefix names the rule, its verdict and its owner'
is "$(records_of 203.0.113.6)" \
	'["firewall.drop","nflog:5",null,"block list",null,"recorded","trace",1]' \
	'a prefix that says nothing of a verdict is a drop'
is "$(records_of 2001:db8:5::9)" \
	'["firewall.drop","nflog:5",null,"[UFW BLOCK]","ufw","recorded","trace",1]' \
	'IPv6, and the words of ufw'
like "$(records_of 203.0.113.7)" \
	'^."firewall.drop","nft:inet/t/input",[0-9]+,"ip saddr 203.0.113.7 log ' \
	'what is traced, too, is named by the trace'
# It is not answered, and sent again.
iptables-legacy -I INPUT -s 192.0.2.254 -p tcp --dport "$port" -j DROP
iptables-legacy -I INPUT -s 192.0.2.254 -p tcp --dport "$port" -j NFLOG \
	--nflog-group 5 --nflog-prefix again
nsenter -t "$peer" -n timeout 4 bash -c ": </dev/tcp/$server4/$port" 2>/dev/null
holds 'a real client, dropped' wait_until is_recorded 192.0.2.254
recorder_stop
is "$(records_sum 192.0.2.254)" 1 'a SYN that is sent again is one attempt'
is "$(records_sum 203.0.113.7)" 1 'what is traced and logged is one attempt'
is "$(records_sum 203.0.113.9)" 0 'other ports are nobody'\''s business'
sshwhy_says=$("$builddir/sshwhy" 203.0.113.5 2>&1)
like "$sshwhy_says" 'nflog:5' 'sshwhy tells the group'
like "$sshwhy_says" 'f2b-sshd:REJECT' 'and the prefix'

# --- without the trace, and more than is read --------------------------------------

rm -f "$RECORDS"
iptables-legacy -I INPUT -s 10.0.0.0/8 -p tcp --dport "$port" -j DROP
iptables-legacy -I INPUT -s 10.0.0.0/8 -p tcp --dport "$port" -j NFLOG \
	--nflog-group 5 --nflog-prefix flood
printf '%s\n' 'firewall-log-group = 5' 'sinks = file' 'fold = 0' \
	>/run/sshwhy.conf
recorder_start --config /run/sshwhy.conf
wait_until listens
is "$?" 0 'it listens without the trace, too'
is "$(nft list tables | grep -c sshwhy)" 0 'which has no table then'
# Until the ports are known.
is_recorded_now()
{
	knock 203.0.113.6 >/dev/null
	is_recorded 203.0.113.6
}
holds 'a drop is recorded' wait_until is_recorded_now
knock 10.0.0.1 20000
# The last one says how many were before it.
is_read()
{
	knock 203.0.113.5 >/dev/null
	is_recorded 203.0.113.5
}
holds 'who comes behind a flood is recorded' wait_until is_read
recorder_stop
lost=$(sed -n 's/.* \([0-9]*\) packets of log group 5 were not read.*/\1/p' \
	"$W/sshwhyd.err" | tail -n 1)
recorded=$(jq -n '[inputs | select(.rule.text == "flood") | .count] | add' \
	"$RECORDS")
diag "of 20000 packets $recorded were recorded, $lost not read"
is "$([ "$recorded" -gt 0 ] && [ "$recorded" -lt 1000 ] && echo some)" some \
	'a flood is read at the rate that is allowed'
is "$([ "$((recorded + lost))" -ge 19900 ] && echo counted)" counted \
	'and the others are counted'

# --- a group that is taken ----------------------------------------------------------

: >"$W/taken"
python3 - 5 "$W/taken" <<'P' &
import socket, struct, sys, time
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)  # NETLINK_NETFILTER
body = struct.pack(">BBH", 0, 0, int(sys.argv[1])) + struct.pack(
    "HHBxxx", 5, 1, 1)
error = -1
while error != 0:
    s.send(struct.pack("IHHII", 16 + len(body), 4 << 8 | 1, 5, 1, 0) + body)
    error = struct.unpack("i", s.recv(4096)[16:20])[0]
    time.sleep(0.1)
open(sys.argv[2], "w").write("taken\n")
time.sleep(60)
P
taker=$!
wait_for "$W/taken" taken
config 'sinks = file' 'firewall-log-group = 5'
recorder_start --config /run/sshwhy.conf
wait_for "$W/sshwhyd.err" 'not watched'
like "$(cat "$W/sshwhyd.err")" \
	'^sshwhyd: the firewall is not watched: log group 5: somebody else' \
	'a group that somebody else listens to is said'
wait_until traces_port "$port"
is "$?" 0 'and the trace goes on'
kill "$taker"
recorder_stop
done_testing
