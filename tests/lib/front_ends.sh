# front_ends.sh - a real ufw and a real firewalld, for the world of veth.sh.
# Sourced, POSIX shell.
# shellcheck shell=sh
#
#	front_ends_installed || skip_all 'ufw and firewalld are not unpacked'
#	front_ends_furnish
#	ufw --force enable
#	firewalld_start && firewall-cmd ...; firewalld_end
#
# In mount and network namespaces of the test's own: /usr and /etc get their
# files on top, what they write to /etc stays in a /run of our own, and firewalld
# has a bus to itself.

# shellcheck source=tests/lib/wait.sh
. "${srcdir:?}/tests/lib/wait.sh"

FRONT_ENDS=$srcdir/build-front-ends/root
DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/bus
export DBUS_SYSTEM_BUS_ADDRESS
bus=
firewalld=

front_ends_installed()
{
	[ -x "$FRONT_ENDS/usr/sbin/firewalld" ]
}

# As their packages' scripts leave them: /etc/ufw is made by one of these.
front_ends_furnish()
{
	mount -t tmpfs none /run || return 1
	mkdir /run/dbus /run/etc /run/work
	mount -t overlay -o "lowerdir=$FRONT_ENDS/usr:/usr" overlay /usr &&
		mount -t overlay -o "lowerdir=$FRONT_ENDS/etc:/etc" \
			-o upperdir=/run/etc,workdir=/run/work overlay /etc &&
		mkdir -p /etc/ufw &&
		cp /usr/share/ufw/ufw.conf /usr/share/ufw/iptables/*.rules \
			/etc/ufw/
}

bus_start()
{
	cat >/run/dbus/config <<-'X'
		<busconfig>
		<type>system</type>
		<listen>unix:path=/run/dbus/bus</listen>
		<policy context="default">
		<allow user="*"/>
		<allow own="*"/>
		<allow send_destination="*"/>
		<allow receive_sender="*"/>
		</policy>
		</busconfig>
	X
	dbus-daemon --config-file=/run/dbus/config --nofork --print-address \
		>/run/dbus/out 2>&1 9>&- &
	bus=$!
	wait_for /run/dbus/out 'unix:path'
}

firewalld_runs()
{
	firewall-cmd --state >/run/firewalld.state 2>&1
}

# firewalld_start: returns when its rules stand.
firewalld_start()
{
	[ -n "$bus" ] || bus_start || return 1
	firewalld --nofork --nopid --log-file /run/firewalld.log \
		>/run/firewalld.out 2>&1 9>&- &
	firewalld=$!
	wait_until firewalld_runs && return 0
	cat /run/firewalld.out /run/firewalld.log >&2
	return 1
}

firewalld_stop()
{
	[ -n "$firewalld" ] || return 0
	kill "$firewalld" 2>/dev/null
	wait "$firewalld" 2>/dev/null
	firewalld=
}

front_ends_end()
{
	firewalld_stop
	[ -z "$bus" ] || kill "$bus" 2>/dev/null
	bus=
}
