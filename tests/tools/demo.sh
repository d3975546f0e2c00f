#!/bin/sh
# demo.sh [--file] - a real sshd refuses clients; each refusal is explained.
#
# Everything happens in mount and network namespaces of its own: the program is
# installed there, and is gone with them. Records go to the kernel's audit
# trail, or with --file, and where the kernel offers no audit, to the JSON file.
set -u

srcdir=$(cd "$(dirname "$0")/../.." && pwd -P)
here=$srcdir/tests/tools/demo.sh

# What the files read below call when something cannot be had.
bail()
{
	printf 'demo: %s\n' "$*" >&2
	exit 2
}

skip_all()
{
	bail "$@"
}

diag()
{
	printf '%s\n' "$*" >&2
}

# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"

sink=audit
case ${1-} in
'') ;;
--file) sink=json ;;
*) bail 'usage: ./dev demo [--file]' ;;
esac

sshd_world "$here" "$@"

SSHD_SERVER=192.0.2.1
SSHD_PORT=22
SSHD_PRELOAD=/usr/lib/sshwhy/sshwhy_hook.so
jsonl=/var/log/sshwhy/rejections.jsonl
failed=0

wrong()
{
	printf 'demo: %s\n' "$*"
	failed=1
}

title()
{
	printf '\n== %s\n' "$*"
}

# shown COMMAND... - as one would type it, and what it prints.
shown()
{
	printf '\n$ %s\n' "$*"
	"$@" 2>&1
}

install_here()
{
	sshd_overlay /usr && sshd_overlay /var/lib &&
		make -s -C "$builddir" install >"$W/install.log" 2>&1 && return
	cat "$W/install.log" >&2
	bail 'cannot be installed'
}

write_rules()
{
	cat >/etc/hosts.deny <<'END'
# Rules of this demonstration.
sshd: 203.0.113.5
sshd: 192.0.2.77, 198.51.100.0/24, 233.252.0.0/255.255.255.0
# DenyHosts: Sun Nov 22 07:20:11 2026 | sshd: 203.0.113.77
sshd: 203.0.113.77
sshd: 203.0.113.99: deny-politely
END
}

# refuse-delay: libwrap keeps whom it refused for 5 s otherwise.
write_config()
{
	sed -i '/^refuse-delay/d; /^sinks/d' /etc/security/sshwhy.conf
	echo 'refuse-delay = 0' >>/etc/security/sshwhy.conf
	[ "$sink" = audit ] || echo 'sinks = file' >>/etc/security/sshwhy.conf
	sed -i '1i -account [default=ignore perm_denied=die] pam_sshwhy.so' \
		/etc/pam.d/sshd
}

# A folder of our own, unless an auditd is at work; that of a test is waited for.
begin_audit()
{
	if audit_lock && [ "$(audit_status pid)" = 0 ]; then
		mkdir -p /var/log/audit || return
		mount -t tmpfs -o mode=0750 tmpfs /var/log/audit || return
	fi
	trap 'sshd_world_end; audit_end' EXIT
	audit_begin /var/log/audit
}

choose_sink()
{
	[ "$sink" = audit ] || return 0
	begin_audit && return
	printf 'No audit trail here: %s.\n' "$AUDIT_WHY"
	echo 'The same is shown through the JSON file.'
	sink=json
}

ssh_as_people_do()
{
	timeout "$SW_PATIENCE" ssh -F "$W/ssh_config" -b "$1" alice@"$SSHD_SERVER" \
		whoami </dev/null
}

write_client_config()
{
	printf '%s %s\n' "$SSHD_SERVER" "$(cat "$W/host_key.pub")" \
		>"$W/known_hosts"
	printf '%s\n' "IdentityFile $W/id" "UserKnownHostsFile $W/known_hosts" \
		'IdentitiesOnly yes' 'BatchMode yes' >"$W/ssh_config"
}

# A session that was refused records it as its last act; for which it waits a while.
wait_for_record()
{
	case $sink in
	audit) audit_flush && wait_for "$AUDIT_LOG" " addr=$1 .*res=failed" ;;
	json) wait_for "$jsonl" "\"addr\":\"$1\"" ;;
	esac || wrong "no record of $1 appeared"
}

show_record()
{
	case $sink in
	audit) shown ausearch -if "$AUDIT_LOG" -m ANOM_LOGIN_LOCATION \
		-hn "$1" -w -i ;;
	json) shown grep -wF "$1" "$jsonl" ;;
	esac
}

connect()
{
	printf '\n$ ssh -b %s alice@%s whoami\n' "$1" "$SSHD_SERVER"
	ssh_as_people_do "$1" 2>&1
}

# refused TITLE CLIENT
refused()
{
	title "$1"
	! connect "$2" || wrong "$2 was let in"
	wait_for_record "$2"
	show_record "$2"
	shown sshwhy "$2"
	[ "$?" -eq 1 ] || wrong "sshwhy does not call $2 rejected"
}

let_in()
{
	title "$1"
	connect "$2" || wrong "$2 was not let in"
	[ "$sink" = json ] || audit_flush
	! show_record "$2" || wrong "there is a record of $2"
	shown sshwhy "$2"
	[ "$?" -ne 1 ] || wrong "sshwhy calls $2 rejected"
}

install_here
printf 'A real sshd (%s) with the hook and the PAM module.\n' \
	"$("$SSHD" -V 2>&1 | grep -o '^OpenSSH_[^, ]*')"
choose_sink
write_config
write_rules
write_client_config
sshd_address 192.0.2.1 203.0.113.5 198.51.100.23 203.0.113.77 203.0.113.99 \
	203.0.113.42
sshd_start "ListenAddress $SSHD_SERVER" || bail 'sshd does not start'

shown cat -n /etc/hosts.deny
refused '1. A plain rule' 203.0.113.5
refused '2. A prefix inside a list' 198.51.100.23
refused '3. A rule that DenyHosts wrote' 203.0.113.77
refused '4. A rule with a broken option' 203.0.113.99
let_in '5. A client whom nothing refuses' 203.0.113.42
exit "$failed"
