# fail2ban.sh - a real fail2ban and clients beyond a wire, in the world of
# sshd.sh. Sourced, POSIX shell.
# shellcheck shell=sh
#
#	sshd_world "$0" "$@"
#	wire_up
#	sshd_start
#	fail2ban_start nftables
#	fail_login 203.0.113.5 5
#	fail2ban_wait 203.0.113.5
#
# Clients are in a network namespace of their own, since fail2ban never bans an
# address of its own machine.

F2B_LOG=/var/log/auth.log
F2B_PID=
F2B_PIPE=
WIRE_PID=
# Read by sshd.sh.
# shellcheck disable=SC2034
SSHD_SERVER=192.0.2.1
# shellcheck disable=SC2034
SSHD_SERVER6=2001:db8:1::1

fail2ban_installed()
{
	command -v fail2ban-server >/dev/null && command -v nsenter >/dev/null
}

# on_wire COMMAND...: where the clients are.
on_wire()
{
	nsenter -n -t "$WIRE_PID" -- "$@"
}

# wire_up: 192.0.2.1 and 2001:db8:1::1 here, the whole of 203.0.113.0/24 and
# 2001:db8:2::/64 at the other end.
wire_up()
{
	unshare -n sh -c 'echo up; exec sleep 1000' >"$W/wire" 9>&- &
	WIRE_PID=$!
	wait_for "$W/wire" up || return 1
	ip link add here type veth peer name there netns "$WIRE_PID" &&
		ip addr add 192.0.2.1/24 dev here &&
		ip -6 addr add 2001:db8:1::1/64 dev here nodad &&
		ip link set here up &&
		on_wire ip link set lo up &&
		on_wire ip link set there up &&
		ip route add 203.0.113.0/24 dev here &&
		ip -6 route add 2001:db8:2::/64 dev here &&
		on_wire ip route add 192.0.2.0/24 dev there &&
		on_wire ip -6 route add 2001:db8:1::/64 dev there
}

# wire_address ADDR...: further clients.
wire_address()
{
	for address; do
		case $address in
		*:*) on_wire ip -6 addr add "$address/128" dev there nodad ;;
		*) on_wire ip addr add "$address/32" dev there ;;
		esac
	done
}

# ssh_over_wire USER ADDR: one login without a key.
ssh_over_wire()
{
	on_wire timeout "$SW_PATIENCE" ssh -F /dev/null -b "$2" \
		-p "$SSHD_PORT" -o BatchMode=yes \
		-o UserKnownHostsFile=/dev/null \
		-o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o StrictHostKeyChecking=no -o ConnectTimeout=60 \
		"$1@$(sshd_server_for "$2")" true </dev/null 2>&1
}

# fail_login ADDR COUNT: as users that do not exist.
fail_login()
{
	fail_n=0
	while [ "$fail_n" -lt "$2" ]; do
		fail_n=$((fail_n + 1))
		ssh_over_wire "nobody$fail_n" "$1" >/dev/null
	done
}

# As rsyslog would write it: no priority, and the name of the host.
fail2ban_furnish_log()
{
	: >"$F2B_LOG"
	tail -n +1 -F "$SSHD_LOG" 2>/dev/null 9>&- |
		sed -u 's/^<[0-9]*>\(.\{15\}\) /\1 web1 /' >>"$F2B_LOG" 9>&- &
	F2B_PIPE=$!
}

# fail2ban_start ACTION [LINE...]: LINEs go to the jail sshd.
fail2ban_start()
{
	f2b_action=$1
	shift
	rm -f /etc/fail2ban/jail.d/*
	mkdir -p /run/fail2ban "$W/fail2ban"
	[ -n "$F2B_PIPE" ] || fail2ban_furnish_log
	cat >/etc/fail2ban/fail2ban.local <<-END
		[Definition]
		logtarget = $W/fail2ban/log
		dbfile = $W/fail2ban/db.sqlite3
	END
	{
		cat <<-END
			[DEFAULT]
			banaction = $f2b_action
			ignoreip = 10.0.0.0/8 192.0.2.77
			[sshd]
			enabled = true
			backend = polling
			logpath = $F2B_LOG
			port = $SSHD_PORT
			bantime = 1h
		END
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >/etc/fail2ban/jail.local
	: >"$W/fail2ban/log"
	fail2ban-server -f start >"$W/fail2ban/out" 2>&1 9>&- &
	F2B_PID=$!
	wait_for "$W/fail2ban/log" "Jail 'sshd' started" && return 0
	diag "$(cat "$W/fail2ban/out" "$W/fail2ban/log")"
	return 1
}

fail2ban_is_enforced()
{
	{
		nft list ruleset
		cat /etc/hosts.deny
		ipset save
		ip route
		ip -6 route
	} 2>/dev/null | grep -qF -e " $1 " -e ", $1" -e ": $1" -e "[$1]"
}

# fail2ban_wait ADDR: until it is banned, and the action has done its work.
fail2ban_wait()
{
	wait_until fail2ban_is_enforced "$1" ||
		! diag "$(cat "$W/fail2ban/log" "$F2B_LOG")"
}

fail2ban_stop()
{
	[ -n "$F2B_PID" ] || return 0
	kill "$F2B_PID" 2>/dev/null
	wait "$F2B_PID" 2>/dev/null
	F2B_PID=
	rm -f "$W/fail2ban/db.sqlite3"
	: >"$F2B_LOG"
}

# In the trap of a test.
fail2ban_end()
{
	fail2ban_stop
	[ -z "$F2B_PIPE" ] || kill "$F2B_PIPE" 2>/dev/null
	[ -z "$WIRE_PID" ] || kill "$WIRE_PID" 2>/dev/null
	F2B_PIPE='' WIRE_PID=''
	sshd_world_end
}
