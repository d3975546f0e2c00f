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

# gcra KNOCKS: whether each connection was let in or refused as "20/1m burst 10"
# says, at some time between its connect() and its end. Each is 3 s of a burst
# of 30; due is when the source is as new, at the earliest and at the latest.
gcra()
{
	awk 'BEGIN { spacing = 3000000; room = 30000000 - spacing }
		{ start = $4; end = $4 + $2 }
		$3 == "banner" {
			if (first - end > room)
				print "connection " NR " was let in too early"
			first = (first > start ? first : start) + spacing
			last = (last > end ? last : end) + spacing
			next
		}
		last - start <= room {
			print "connection " NR " was refused too early"
		}' "$1"
}

# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
configure '# the third line of the file' \
	'rate.ssh = 20/1m burst 10 per 32/64 match 127.0.0.0/16'
# What a version before left behind; its last character was no version.
mkdir -p /run/sshwhy
printf SSHWHYR1 >/run/sshwhy/rates
truncate -s 4M /run/sshwhy/rates
chmod 600 /run/sshwhy/rates
recorder_start || bail "sshwhyd does not start"
sshd_start || bail "sshd does not start"

# One source far too often, fifty others once.
timeout 300 "${builddir:?}/tests/tools/knock" -r 50 127.0.0.9 127.0.0.1 \
	"$SSHD_PORT" 200 >"$W/knocks" &
knocker=$!
others=0
for last in $(seq 101 150); do
	knock_from "127.0.0.$last" 1 >"$W/knock"
	others=$((others + $(banners "$W/knock")))
done
wait "$knocker"
is "$others" 50 "other sources are let in meanwhile"
is "$(wc -l <"$W/knocks")" 200 "one source connects 200 times"
is "$(gcra "$W/knocks")" '' "each is let in or refused as the arithmetic says"
admitted=$(banners "$W/knocks")
diag "$admitted let in; 200 in $(awk 'NR == 1 { first = $4 }
	END { print ($4 - first) / 1000000 }' "$W/knocks") s"
is "$(head -n 10 "$W/knocks" | awk '$3 == "banner"' | wc -l)" 10 \
	"the burst is let in"
like "$("$builddir/sshwhy" test 127.0.0.9)" \
	'rate limit (REJECT|pass) \(/etc/security/sshwhy.conf:4, ' \
	"sshwhy test names the line, and the room that is left"
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
