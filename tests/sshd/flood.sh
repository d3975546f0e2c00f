#!/bin/sh
# A flood against MaxStartups: the records stand for exactly as many rejections
# as there were clients that were dropped, although sshd at LogLevel INFO logs
# few of them by itself.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"

clients=${CLIENTS:-200}
libs=$srcdir/build-sshd10/root/usr/lib/openssh
SSHD10=$srcdir/build-sshd10/root/usr/sbin/sshd

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT
snippet=$(sed -n 's/^\(LogVerbose .*\)/\1/p' "$srcdir/system/50-sshwhy.conf")
printf 'sinks = file\nfold = 3s\n' >/etc/security/sshwhy.conf
SSHD_PRELOAD=$SSHD_HOOK

# How many rejections by MaxStartups the trail stands for.
dropped_sum()
{
	jq -n '[inputs | select(.cause // "" | startswith("limit.max-startups"))
		| .count] | add // 0' "$RECORDS"
}

dropped_sum_is()
{
	[ "$(dropped_sum 2>/dev/null)" = "$1" ]
}

lost_sum()
{
	jq -n '[inputs | select(.event == "suppressed" and
		(.root // "" | startswith("lost"))) | .count] | add // 0' \
		"$RECORDS"
}

# flood NAME SOURCES [LINE...]
flood()
{
	name=$1
	sources=$2
	shift 2
	rm -f "$RECORDS"
	recorder_start || bail "sshwhyd does not start"
	sshd_start 'LogLevel INFO' 'MaxStartups 10:30:60' \
		'LoginGraceTime 120' "$snippet" "$@" ||
		bail "sshd does not start"
	seen=$("$builddir/tests/tools/flood" 127.0.1.1 127.0.0.1 "$SSHD_PORT" \
		"$clients" "$sources")
	# Both drop with a line or, where the client's words crossed it, none.
	rejected=$(echo "$seen" | awk '{ print $5 + $7 }')
	diag "$name, $sources sources: $seen"
	holds "$name: some were let in, and some were not" \
		test "$rejected" -gt 0 -a "$rejected" -lt "$clients"
	wait_until dropped_sum_is "$rejected"
	is "$(dropped_sum)" "$rejected" \
		"$name: each dropped client is recorded ($sources sources)"
	is "$(lost_sum)" 0 "$name: nothing is reported as lost"
	is "$(jq -r 'select(.event == "rejection") |
		"\(.rule.source):\(.rule.line) \(.evidence)"' "$RECORDS" |
		sort -u)" "$W/sshd_config:2 recorded" \
		"$name: with the line of sshd_config"
	sshd_stop
	recorder_stop
	dropped_sum_is "$rejected"
	is "$(dropped_sum)" "$rejected" "$name: and none twice"
}

flood 'sshd 9.2' 1
flood 'sshd 9.2' 20
if [ -x "$SSHD10" ]; then
	SSHD=$SSHD10
	flood 'sshd 10' 1 "SshdSessionPath $libs/sshd-session" \
		"SshdAuthPath $libs/sshd-auth"
	flood 'sshd 10' 20 "SshdSessionPath $libs/sshd-session" \
		"SshdAuthPath $libs/sshd-auth"
else
	skip "no OpenSSH 10 in build-sshd10 (./dev deps)" 'sshd 10'
fi
done_testing
