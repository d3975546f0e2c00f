# veth.sh - a server and a client, each in a network namespace, joined by a veth
# pair: "eth0" here, "far" in the namespace of process $peer. Sourced, POSIX
# shell, in a network namespace of the test's own.
# shellcheck shell=sh
# shellcheck disable=SC2034

server4=192.0.2.1
server6=2001:db8::1
peer=
work=$(mktemp -d) || bail 'no temporary folder'

end_world()
{
	[ -z "$peer" ] || kill "$peer"
	rm -rf "$work"
}

# The client's namespace is the one of a process that waits.
make_world()
{
	unshare -n sleep 1000 &
	peer=$!
	while [ "$(readlink "/proc/$peer/ns/net")" = \
		"$(readlink /proc/self/ns/net)" ]; do
		sleep 0.01
	done
	ip link set lo up
	ip link add far type veth peer name eth0 || return 1
	ip link set far netns "$peer"
	ip link set eth0 group 7 up
	ip addr add "$server4/24" dev eth0
	ip -6 addr add "$server6/64" dev eth0 nodad
	nsenter -t "$peer" -n sh -c 'ip link set lo up; ip link set far up
		ip addr add 192.0.2.254/24 dev far
		ip -6 addr add 2001:db8::fe/64 dev far nodad'
	ip route add default via 192.0.2.254
	ip -6 route add default via 2001:db8::fe
	sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	mac=$(ip -j link show dev eth0 | jq -r '.[0].address')
}
