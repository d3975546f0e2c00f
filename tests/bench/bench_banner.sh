#!/bin/sh
# From connect() to sshd's banner on an accepted connection, with the hook and
# without it: two daemons side by side, asked in turns.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
sshd_world "$0" "$@"

count=${COUNT:-400}

# start_at PORT PRELOAD
start_at()
{
	SSHD_PORT=$1
	SSHD_PRELOAD=$2
	sshd_start 'LogLevel INFO' || bail "sshd does not start"
	pids="${pids:-} $SSHD_PID"
}

end_all()
{
	# Words are meant to be split.
	# shellcheck disable=SC2086
	kill $pids 2>/dev/null
	SSHD_PID=
	sshd_world_end
}

median_of()
{
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

trap end_all EXIT
start_at 2221 ''
start_at 2222 "$SSHD_HOOK"
for _ in $(seq "$count"); do
	for port in 2221 2222; do
		SSHD_PORT=$port
		knock_from 127.0.0.5 | awk '$3 == "banner" { print $2 }' \
			>>"$W/took.$port"
	done
done
awk -v plain="$(median_of "$W/took.2221")" \
	-v hooked="$(median_of "$W/took.2222")" -v count="$count" 'BEGIN {
	printf "banner, median of %d: %d us without, %d us with the hook, " \
		"ratio %.3f\n", count, plain, hooked, hooked / plain
}'
