# boot.sh - a Debian that boots, with systemd, journald and sshd, in namespaces
# of the test's own. Sourced, POSIX shell.
# shellcheck shell=sh
#
#	. "$srcdir/tests/lib/tap.sh"
#	. "$srcdir/tests/lib/boot.sh"
#	boot_world "$0" "$@"	# the rest runs in private namespaces
#	boot_start
#	inside systemctl is-active ssh.service
#
# The root is an overlay over build-root/debian12 (tests/tools/fresh_root.sh),
# which stays as it is. There is no network but lo.

BOOT_BASE=${srcdir:?}/build-root/debian12
BOOT_PID=
BOOT_CGROUP=

# boot_world SCRIPT ARGUMENT...: returns inside the world; outside it, waits for
# the world to end and exits as the script did.
boot_world()
{
	if [ -n "${BOOT_WORLD:-}" ]; then
		trap boot_end EXIT
		trap 'exit 129' HUP INT TERM
		return 0
	fi
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
	[ -s "$BOOT_BASE/srv/debian/Packages" ] ||
		skip_all "no fresh Debian; ./dev deps makes it"
	unshare -mnpC --fork true 2>/dev/null ||
		skip_all "needs private namespaces"
	BOOT_WORLD=$(mktemp -d /tmp/sshwhy-boot.XXXXXX)
	export BOOT_WORLD srcdir
	trap 'rm -rf "$BOOT_WORLD"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -mn --propagation private -- /bin/sh "$@"
	exit $?
}

# systemd gets a part of the machine's control groups, and sees no other.
boot_make_cgroup()
{
	mkdir "$W/cgroup" &&
		mount -t cgroup2 cgroup2 "$W/cgroup" || return 1
	BOOT_CGROUP=$W/cgroup/${W##*/}
	mkdir "$BOOT_CGROUP"
}

boot_make_dev()
{
	mount -t tmpfs -o mode=755 tmpfs "$R/dev" || return 1
	for device in null zero full random urandom tty; do
		: >"$R/dev/$device"
		mount --bind "/dev/$device" "$R/dev/$device" || return 1
	done
	mkdir "$R/dev/pts" "$R/dev/shm" &&
		mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts \
			"$R/dev/pts" &&
		ln -s pts/ptmx "$R/dev/ptmx" &&
		ln -s /proc/self/fd "$R/dev/fd"
}

boot_make_root()
{
	W=$BOOT_WORLD
	R=$W/root
	mount -t tmpfs -o mode=0755 tmpfs "$W" &&
		mkdir "$W/up" "$W/work" "$R" &&
		mount -t overlay -o "lowerdir=$BOOT_BASE,upperdir=$W/up" \
			-o "workdir=$W/work" overlay "$R" &&
		boot_make_cgroup &&
		boot_make_dev &&
		mount -t tmpfs -o mode=755 tmpfs "$R/run" &&
		mount -t tmpfs tmpfs "$R/tmp" || return 1
	# There is no console to log in on.
	ln -s /dev/null "$R/etc/systemd/system/console-getty.service"
	ip link set lo up
}

# The first process of the world, in all its namespaces but that of pids.
boot_init()
{
	# shellcheck disable=SC2016 # for the inner shell
	echo 0 >"$BOOT_CGROUP/cgroup.procs" &&
		exec unshare -mpiuC --propagation private --fork --kill-child \
			/bin/sh -ec '
		cd "$1"
		mount -t proc proc proc
		mount -t sysfs sysfs sys
		mount -t cgroup2 cgroup2 sys/fs/cgroup
		hostname fresh
		mkdir -p old
		pivot_root . old
		umount -l old
		exec env -i container=sshwhy PATH=/usr/sbin:/usr/bin \
			/lib/systemd/systemd --log-target=console' \
			boot "$R" </dev/null >"$W/console" 2>&1
}

# boot_start: returns when the system is up.
boot_start()
{
	boot_make_root || return 1
	boot_init &
	BOOT_UNSHARE=$!
	until BOOT_PID=$(pgrep -P "$BOOT_UNSHARE" systemd); do
		kill -0 "$BOOT_UNSHARE" 2>/dev/null || return 1
		sleep 0.05
	done
	timeout 120 nsenter -t "$BOOT_PID" -m -p -C -i -u -r -w /bin/sh -c '
		until [ -S /run/systemd/private ]; do sleep 0.05; done
		systemctl is-system-running --wait' >"$W/state"
	[ "$(cat "$W/state")" = running ] && return 0
	diag "$(cat "$W/state" "$W/console")"
	diag "$(inside systemctl --failed --no-pager)"
	return 1
}

# A test that has a trap of its own on EXIT calls this in it.
boot_end()
{
	[ -z "$BOOT_PID" ] || kill -KILL "$BOOT_PID" 2>/dev/null
	BOOT_PID=
	[ -n "$BOOT_CGROUP" ] || return 0
	# They are empty when the last process is gone.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		find "$BOOT_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null
		[ -d "$BOOT_CGROUP" ] || break
		sleep 0.2
	done
	BOOT_CGROUP=
}

# inside COMMAND...: as root, in the booted system.
inside()
{
	nsenter -t "$BOOT_PID" -m -p -C -i -u -r -w env -i HOME=/root \
		PATH=/usr/sbin:/usr/bin TERM=dumb LC_ALL=C.UTF-8 TZ=UTC "$@"
}

# inside_terminal TEXT COMMAND-LINE: on a terminal, with TEXT typed on it.
inside_terminal()
{
	printf '%s\n' "$1" | inside script -qec "$2" /dev/null
}

# boot_package: the package, as $BOOT_PACKAGE; unless it is done, of the same
# sources.
boot_package()
{
	boot_find_package
	[ -z "$BOOT_PACKAGE" ] || return 0
	(cd "$srcdir" && ./dev package) >"$BOOT_WORLD/package.log" 2>&1 ||
		return 1
	boot_find_package
	[ -n "$BOOT_PACKAGE" ]
}

boot_find_package()
{
	BOOT_PACKAGE=$(find "${builddir:?}" -maxdepth 1 -name 'sshwhy_*.deb' \
		-newer "$builddir/sshwhy" | head -n 1)
}

# boot_install: the package, in the booted system.
boot_install()
{
	mkdir -p "$R/root/sshwhy/build"
	cp "$BOOT_PACKAGE" "$R/root/sshwhy/build"
	inside sh -c 'yes | apt-get install -q /root/sshwhy/build/*.deb' \
		>"$W/installed" 2>&1
}
