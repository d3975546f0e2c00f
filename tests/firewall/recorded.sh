#!/bin/sh
# recorded.sh - what netfilter drops before sshd sees it, as sshwhyd records it.
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft iptables-nft ip jq unshare sshd; do
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
	jq -c "select(.client.addr == \"$1\") |
		[.cause, .rule.source, .rule.line, .rule.text, .via, .count]" \
		"$RECORDS" 2>/dev/null
}

is_recorded()
{
	[ -n "$(records_of "$1")" ]
}

make_world || bail 'no veth pair'
make_server || bail 'no server'
port=2222
start_sshd "$port" || bail 'no sshd'
config 'sinks = file' 'firewall-rate = 1000/s'
nft -f - <<'N'
table inet t {
	chain input { type filter hook input priority 0; policy accept
		ip saddr 203.0.113.5 counter drop comment "a ban"
		ip saddr 192.0.2.254 tcp dport 2222 drop
		ip saddr 203.0.113.6 tcp dport 2222 reject with tcp reset
		ip6 saddr 2001:db8:5::/64 jump { drop; }
	}
}
table ip closed {
	chain input { type filter hook input priority 10; policy drop
		ip saddr != 203.0.113.7 accept
	}
}
N
iptables-nft -A INPUT -s 203.0.113.8 -m recent --name x --set -j REJECT
recorder_start --config /run/sshwhy.conf ||
	bail "no recorder: $(cat "$W/sshwhyd.err")"
wait_until traces_port "$port"
is "$?" 0 "sshd's port is found"
like "$(nft list table inet sshwhy)" 'flags owner' 'the table has an owner'
for client in 203.0.113.5 203.0.113.6 203.0.113.7 203.0.113.8 2001:db8:5::9 \
	203.0.113.9 203.0.113.5 203.0.113.5; do
	knock "$client" >>"$work/met"
done
wait_until is_recorded 2001:db8:5::9
# What the real packet met, as it stands in the record.
rule()
{
	sed -n "$1p" "$work/met" | sed 's/^[a-z]* //; s/ /",/; s/^/"nft:/'
}
is "$(records_of 203.0.113.5)" \
	"[\"firewall.drop\",$(rule 1),\"ip saddr 203.0.113.5 counter drop comment \\\"a ban\\\"\",\"trace\",1]" \
	'a drop is recorded at once, with rule and comment'
is "$(records_of 203.0.113.6)" \
	"[\"firewall.reject\",$(rule 2),\"ip saddr 203.0.113.6 tcp dport 2222 reject with tcp reset\",\"trace\",1]" \
	'a reject is told from a drop'
is "$(records_of 203.0.113.7)" \
	'["firewall.drop","nft:ip/closed/input",null,"policy drop","trace",1]' \
	'a policy is named by its chain'
like "$(records_of 203.0.113.8)" \
	"^.\"firewall.reject\",$(rule 4),\"ip saddr 203.0.113.8 xt match" \
	'a rule of iptables-nft is named'
like "$(records_of 2001:db8:5::9)" "^.\"firewall.drop\",$(rule 5),null" \
	'IPv6, and a chain without a name'
is "$(records_of 203.0.113.9)" '' 'who is let in is not recorded'

nsenter -t "$peer" -n timeout 4 bash -c ": </dev/tcp/$server4/$port" 2>/dev/null
# Where there are many rules they are not all listed for one.
awk 'BEGIN {
	print "add chain ip closed many"
	for (i = 0; i < 2100; i++)
		printf "add rule ip closed many ip saddr 11.0.%d.%d drop\n",
			i / 256, i % 256
}' | nft -f -
nft add rule inet t input ip saddr 203.0.113.10 drop comment '"new"'
knock 203.0.113.10 >/dev/null
wait_until is_recorded 203.0.113.10
like "$(records_of 203.0.113.10)" 'comment ..new' \
	'a rule added meanwhile is named'
# Of the same name, and its rule has the same handle each time.
for word in one another; do
	nft -f - <<-N
		table inet again
		delete table inet again
		table inet again {
			chain input { type filter hook input priority -5
				ip saddr 203.0.113.11 drop comment "$word"
			}
		}
	N
	knock 203.0.113.11 >"$work/met.$word"
	wait_until is_recorded 203.0.113.11
done
is "$(cat "$work/met.one")" "$(cat "$work/met.another")" \
	'a table that is made again has the same handles'
recorder_stop
is "$(records_of 203.0.113.11 | grep -o 'one\|another' | paste -sd ' ')" \
	'one another' 'and what was known of the old rules is forgotten'
is "$(records_sum 192.0.2.254)" 1 'a SYN that is sent again is one attempt'
is "$(records_sum 203.0.113.5)" 3 'equal ones are folded, and none is lost'
is "$(nft list tables | grep -c sshwhy)" 0 'the table is gone with the recorder'

recorder_start --config /run/sshwhy.conf
wait_until traces_port "$port"
recorder_kill
no_table()
{
	! nft list tables | grep -q sshwhy
}
wait_until no_table
is "$?" 0 'kill -9 leaves no table behind'
recorder_start --config /run/sshwhy.conf
wait_until traces_port "$port"
is "$?" 0 'a second start works'
recorder_stop

nft add table inet sshwhy
recorder_start --config /run/sshwhy.conf
wait_for "$W/sshwhyd.err" 'not watched'
like "$(cat "$W/sshwhyd.err")" \
	'^sshwhyd: the firewall is not watched: there is a table inet sshwhy' \
	"somebody else's table is left alone, and said"
is "$(kill -0 "$RECORDER_PID" && echo runs)" runs 'everything else goes on'
recorder_stop
nft delete table inet sshwhy
: >"$W/sshwhyd.err"
setpriv --bounding-set -net_admin --inh-caps -net_admin "$SSHWHYD" \
	--foreground --config /run/sshwhy.conf 2>>"$W/sshwhyd.err" &
RECORDER_PID=$!
wait_for "$W/sshwhyd.err" 'not watched'
like "$(cat "$W/sshwhyd.err")" 'not watched: CAP_NET_ADMIN is missing' \
	'without CAP_NET_ADMIN that is said'
is "$(kill -0 "$RECORDER_PID" && echo runs)" runs 'and everything else goes on'
recorder_stop
done_testing
