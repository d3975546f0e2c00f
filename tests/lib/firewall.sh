# firewall.sh - an sshd behind a firewall, for the world of veth.sh. Sourced,
# POSIX shell; behind recorder.sh, with W set.
# shellcheck shell=sh
# What veth.sh and the test set.
# shellcheck disable=SC2154

sshd=

server_end()
{
	[ -z "$sshd" ] || kill "$sshd"
	sshd=
}

# A log of our own, and what an sshd needs. A running auditd goes on writing
# where it was.
make_server()
{
	mount -t tmpfs none /run || return 1
	mkdir -p /run/sshd /run/sshwhy /run/log
	if [ -d /var/log/audit ]; then
		mkdir /run/log/audit
		mount --bind /var/log/audit /run/log/audit || return 1
	fi
	mount --rbind /run/log /var/log || return 1
	ssh-keygen -q -t ed25519 -N '' -f /run/key
}

# start_sshd PORT: returns when it listens there
start_sshd()
{
	/usr/sbin/sshd -D -e -f /dev/null -h /run/key -p "$1" 9>&- \
		2>/run/sshd.err &
	sshd=$!
	wait_for /run/sshd.err 'on :: port'
}

# config LINE...: of a recorder that watches the firewall
config()
{
	printf '%s\n' 'firewall = yes' "$@" >/run/sshwhy.conf
}

traces_port()
{
	nft list set inet sshwhy ports 2>/dev/null | grep -q "elements.* $1 "
}

# knock CLIENT [COUNT]
knock()
{
	case $1 in *:*) _to=$server6 ;; *) _to=$server4 ;; esac
	"$builddir/tests/tools/syn" "$peer" far "$mac" "$1" "$_to" "$port" \
		${2:+"$2"}
}
