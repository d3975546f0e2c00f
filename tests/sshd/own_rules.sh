#!/bin/sh
# Our own rate limit in a real sshd: refused before the banner, without libwrap's
# words and without its sleep.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT

configure()
{
	printf '%s\n' 'sinks = file' 'fold = 0' "$@" \
		>/etc/security/sshwhy.conf
}

banners()
{
	awk '$3 == "banner"' "$1" | wc -l
}

# is_near GOT WANTED: give or take the one on the edge.
is_near()
{
	[ "$1" -ge $(($2 - 1)) ] && [ "$1" -le $(($2 + 1)) ]
}

# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
configure '# the third line of the file' \
	'rate.ssh = 20/1m burst 10 per 32/64 match 127.0.0.0/16'
recorder_start || bail "sshwhyd does not start"
sshd_start || bail "sshd does not start"

# One source far too often, fifty others once.
started=$(date +%s)
{
	knock_from 127.0.0.9 200 >"$W/knocks"
	date +%s >"$W/ended"
} &
knocker=$!
others=0
for last in $(seq 101 150); do
	knock_from "127.0.0.$last" 1 >"$W/knock"
	others=$((others + $(banners "$W/knock")))
done
wait "$knocker"
elapsed=$(($(cat "$W/ended") - started))
is "$others" 50 "other sources are let in meanwhile"
admitted=$(banners "$W/knocks")
holds "the burst is let in, then one every 3 s ($admitted in $elapsed s)" \
	is_near "$admitted" $((10 + elapsed / 3))
wait_until records_sum_is 127.0.0.9 $((200 - admitted))
is "$(records_sum 127.0.0.9)" $((200 - admitted)) \
	"each refusal is recorded"
is "$(jq -r 'select(.client.addr == "127.0.0.9") | [.cause, .stage, .via,
	.rule.source, .rule.line] | @csv' "$RECORDS" | sort -u)" \
	'"limit.rate","rate","hook","/etc/security/sshwhy.conf",4' \
	"each record names the line of the rule"
is "$(grep -c 'refused connect' "$SSHD_LOG")" 0 \
	"nothing is logged that tools count towards a ban"

# The slot is free at once: libwrap would hold it for 5 s.
is "$(awk '$3 != "banner" && $2 > 4000000' "$W/knocks" | wc -l)" 0 \
	"a refused client is let go at once"

# Observed only.
configure 'rate.ssh = 1/1h burst 1 per 32/64 observe'
knock_from 127.0.0.77 3 >"$W/knocks"
is "$(banners "$W/knocks")" 3 "an observed limit refuses nobody"
wait_until records_sum_is 127.0.0.77 2
is "$(jq -r 'select(.client.addr == "127.0.0.77") | .evidence' "$RECORDS" |
	sort | uniq -c | tr -s ' ')" ' 2 simulated' \
	"what it would have refused is recorded as simulated"

# A broken line: the file is refused, nobody is.
configure 'rate.ssh = 1/1h burst 0 per 32/64'
knock_from 127.0.0.78 3 >"$W/knocks"
is "$(banners "$W/knocks")" 3 "a broken configuration refuses nobody"
holds "and is named by file, line and reason" \
	grep -q 'sshwhy.conf:3: ' "$SSHD_LOG"

done_testing
