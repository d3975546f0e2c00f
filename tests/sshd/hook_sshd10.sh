#!/bin/sh
# The same with OpenSSH 10, whose libwrap is asked by sshd-session.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"

root=$srcdir/build-sshd10/root
libs=$root/usr/lib/openssh
[ -x "$libs/sshd-session" ] ||
	skip_all "no OpenSSH 10 in build-sshd10 (./dev deps)"
SSHD=$root/usr/sbin/sshd
sshd_world "$0" "$@"

SSHD_PRELOAD=$SSHD_HOOK
trail=/var/log/sshwhy/rejections.jsonl
mkdir -p /etc/security
printf 'sinks = file\nrefuse-delay = 0\n' >/etc/security/sshwhy.conf
echo 'sshd: 127.0.3.1' >/etc/hosts.deny

sshd_start "SshdSessionPath $libs/sshd-session" \
	"SshdAuthPath $libs/sshd-auth" || bail "sshd does not start"
answer=$(knock_from 127.0.3.1)
is "$(echo "$answer" | cut -d" " -f3)" closed "the client is refused"
wait_for "$trail" "\"port\":${answer%% *}}"
is "$(jq -r '"\(.cause) \(.rule.source):\(.rule.line) \(.client.addr)"' \
	"$trail")" 'wrapper.deny /etc/hosts.deny:1 127.0.3.1' \
	"one record names the rule"
is "$(ssh_from 127.0.3.2 echo in)" in "another client logs in"
is "$(jq -s length "$trail")" 1 "and leaves no record"
unlike "$(cat "$SSHD_LOG")" 'crash|signal' "no process of sshd has crashed"
sshd_stop
done_testing
