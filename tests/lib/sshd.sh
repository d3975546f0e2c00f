# sshd.sh - a real sshd in a world of its own. Sourced, POSIX shell.
# shellcheck shell=sh
#
#	srcdir=$(cd "$(dirname "$0")/../.." && pwd)
#	. "$srcdir/tests/lib/tap.sh"
#	. "$srcdir/tests/lib/sshd.sh"
#	sshd_world "$0" "$@"
#	sshd_start
#	ssh_from 127.0.0.5 true
#	sshd_stop
#
# sshd_world runs the script again in mount and network namespaces of its own,
# where /etc is an overlay and /run, /var/log, /home and /dev are fresh: what a
# test writes there is gone with it. The machine's own stay as they are. Root
# and every address given to sshd_address can be a client; the account is
# alice, by key or by the password in SSHD_PASSWORD.
#
# Set before sshd_start, all optional: SSHD (the program), SSHD_PRELOAD (the
# built hook: $SSHD_HOOK), SSHD_PORT, SSHD_SESSION_ENV (words for env(1):
# NAME=VALUE, or a program that runs the rest).

# shellcheck source=tests/lib/wait.sh
. "${srcdir:?}/tests/lib/wait.sh"

SSHD=${SSHD:-/usr/sbin/sshd}
SSHD_PORT=${SSHD_PORT:-2222}
SSHD_PRELOAD=${SSHD_PRELOAD:-}
SSHD_SESSION_ENV=${SSHD_SESSION_ENV:-}
# Read by the tests.
# shellcheck disable=SC2034
SSHD_PASSWORD=open-sesame
SSHD_PID=
SSHD_LOGGER=

builddir=${builddir:-${srcdir:?}/build}
# shellcheck disable=SC2034
SSHD_HOOK=$builddir/module/.libs/sshwhy_hook.so

# sshd_world SCRIPT ARGUMENT...: returns inside the world; outside it, waits
# for the world to end and exits as the script did.
sshd_world()
{
	if [ -n "${SSHD_WORLD:-}" ]; then
		sshd_furnish || bail "no private world for sshd"
		trap sshd_world_end EXIT
		trap 'exit 129' HUP INT TERM
		return 0
	fi
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
	[ -x "$SSHD" ] || skip_all "$SSHD is not installed"
	unshare -mn true 2>/dev/null || skip_all "needs private namespaces"
	SSHD_WORLD=$(mktemp -d /tmp/sshwhy-world.XXXXXX)
	export SSHD_WORLD srcdir builddir
	trap 'rm -rf "$SSHD_WORLD"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -mn --propagation private -- /bin/sh "$@"
	exit $?
}

# A test that has a trap of its own on EXIT calls this in it.
sshd_world_end()
{
	sshd_stop
	[ -z "$SSHD_LOGGER" ] || kill "$SSHD_LOGGER" 2>/dev/null
	SSHD_LOGGER=
}

sshd_overlay()
{
	mkdir -p "$W/over$1/up" "$W/over$1/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$W/over$1/up" \
		-o "workdir=$W/over$1/work" "$1"
}

# Only what programs of a test use; none of it is the machine's to change.
sshd_furnish_dev()
{
	mkdir -p "$W/dev/pts" "$W/dev/shm"
	for device in null zero full random urandom tty; do
		: >"$W/dev/$device"
		mount --bind "/dev/$device" "$W/dev/$device" || return 1
	done
	if [ -c /dev/net/tun ]; then
		mkdir "$W/dev/net"
		: >"$W/dev/net/tun"
		mount --bind /dev/net/tun "$W/dev/net/tun" || return 1
	fi
	mount --bind /dev/pts "$W/dev/pts" || return 1
	ln -s pts/ptmx "$W/dev/ptmx"
	ln -s /proc/self/fd "$W/dev/fd"
	mount --rbind "$W/dev" /dev
}

sshd_furnish_log()
{
	mkdir -p "$W/log"
	# A running auditd goes on writing where it was.
	if [ -d /var/log/audit ]; then
		mkdir "$W/log/audit"
		mount --bind /var/log/audit "$W/log/audit" || return 1
	fi
	mount --rbind "$W/log" /var/log || return 1
	SSHD_LOG=$W/syslog
	: >"$SSHD_LOG"
	mkfifo "$W/logger"
	"$builddir/tests/tools/logsink" /dev/log "$SSHD_LOG" >"$W/logger" &
	SSHD_LOGGER=$!
	read -r ready <"$W/logger"
	[ "$ready" = ready ]
}

sshd_furnish_etc()
{
	: >/etc/hosts.allow
	: >/etc/hosts.deny
	rm -f /etc/nologin /etc/security/sshwhy.conf
	echo 'nameserver 127.0.0.1' >"$W/resolv.conf"
	rm -f /etc/resolv.conf
	mv "$W/resolv.conf" /etc/resolv.conf
	echo 'alice:x:4242:4242::/home/alice:/bin/sh' >>/etc/passwd
	echo 'alice:x:4242:' >>/etc/group
	# The text of SSHD_PASSWORD.
	# shellcheck disable=SC2016
	hash='$6$sshwhytests$QEok/BxdqzDj/2guXi8XaShJ/VmUXCUUYDUgcXtWKEvGQgmlKm0qUEf.Fy7iQeZyP5MnjZpKj3Rr9FKAgz2vJ.'
	echo "alice:$hash:19000:0:99999:7:::" >>/etc/shadow
	cat >/etc/pam.d/sshd <<-END
		auth	required pam_unix.so
		account	required pam_unix.so
		session	required pam_permit.so
	END
	mkdir -p /etc/ssh/keys
	ssh-keygen -q -t ed25519 -N '' -f "$W/id" -C alice &&
		cp "$W/id.pub" /etc/ssh/keys/alice &&
		ssh-keygen -q -t ed25519 -N '' -f "$W/host_key" -C host
}

sshd_furnish()
{
	W=$SSHD_WORLD
	mount -t tmpfs -o mode=0755 tmpfs "$W" &&
		sshd_overlay /etc &&
		mount -t tmpfs -o mode=0755 tmpfs /home &&
		mount -t tmpfs -o mode=0755 tmpfs /run &&
		mkdir -p /run/lock /run/sshd &&
		install -d -o 4242 -g 4242 -m 0700 /home/alice &&
		sshd_furnish_dev &&
		sshd_furnish_log &&
		sshd_furnish_etc &&
		ip link set lo up
}

# sshd_address ADDR...: give the world further addresses.
sshd_address()
{
	for address; do
		case $address in
		*:*) ip -6 addr add "$address/128" dev lo nodad ;;
		*) ip addr add "$address/32" dev lo ;;
		esac
	done
}

# sshd_write_config LINE...: LINEs come first, where they win.
sshd_write_config()
{
	{
		[ $# -eq 0 ] || printf '%s\n' "$@"
		cat <<-END
			Port $SSHD_PORT
			HostKey $W/host_key
			AuthorizedKeysFile /etc/ssh/keys/%u
			PidFile $W/sshd.pid
			UsePAM yes
			KbdInteractiveAuthentication no
			PrintMotd no
			PrintLastLog no
			LogLevel VERBOSE
			SyslogFacility AUTHPRIV
		END
		# sshd takes the last MaxStartups line.
		case " $*" in
		*' MaxStartups '*) ;;
		*) echo 'MaxStartups 200' ;;
		esac
	} >"$W/sshd_config"
}

# The words in front of sshd's own.
sshd_command()
{
	[ -z "$SSHD_PRELOAD" ] || set -- env "LD_PRELOAD=$SSHD_PRELOAD" "$@"
	# Words are meant to be split.
	# shellcheck disable=SC2086
	exec env $SSHD_SESSION_ENV "$@"
}

# sshd_start [LINE...]: returns when it listens.
sshd_start()
{
	sshd_write_config "$@"
	: >"$SSHD_LOG"
	sshd_command "$SSHD" -D -f "$W/sshd_config" 9>&- \
		>"$W/sshd.out" 2>&1 &
	SSHD_PID=$!
	wait_for "$SSHD_LOG" "Server listening on .* port $SSHD_PORT" &&
		return 0
	diag "$(cat "$W/sshd.out" "$SSHD_LOG")"
	return 1
}

# sshd_stop: sessions that are open go on.
sshd_stop()
{
	[ -n "$SSHD_PID" ] || return 0
	kill "$SSHD_PID" 2>/dev/null
	wait "$SSHD_PID" 2>/dev/null
	SSHD_PID=
}

# The end of the server that a client at ADDR talks to.
sshd_server_for()
{
	case $1 in
	*:*) echo "${SSHD_SERVER6:-::1}" ;;
	*) echo "${SSHD_SERVER:-127.0.0.1}" ;;
	esac
}

# ssh_from ADDR WORD...: log in as SSH_USER (alice), by key. Both outputs go
# to standard output; SSH_OPTIONS are more words for ssh.
ssh_from()
{
	ssh_from_address=$1
	shift
	# Words are meant to be split.
	# shellcheck disable=SC2086
	timeout "$SW_PATIENCE" ssh -F /dev/null -b "$ssh_from_address" -p "$SSHD_PORT" \
		-i "$W/id" -o IdentitiesOnly=yes -o BatchMode=yes \
		-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o GlobalKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no ${SSH_OPTIONS:-} \
		"${SSH_USER:-alice}@$(sshd_server_for "$ssh_from_address")" \
		"$@" </dev/null 2>&1
}

# knock_from ADDR [COUNT]: see tests/tools/knock.c for what it prints.
knock_from()
{
	timeout 600 "$builddir/tests/tools/knock" "$1" \
		"$(sshd_server_for "$1")" "$SSHD_PORT" "${2:-1}"
}
