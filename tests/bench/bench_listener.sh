#!/bin/sh
# Logins behind refusals while auditd, and then the recorder, is stopped for
# 20 s: with sshwhy against sshd alone.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
SECONDS_STOPPED=${SECONDS_STOPPED:-20} "$srcdir/tests/sshd/stopped_auditd.sh" |
	awk '
	/^1\.\.0|^Bail/ { print; next }
	/ logins, median / {
		sub(/^# /, "")
		split($0, words, " ")
		median = words[5]
		longest = words[8]
		if (!alone) {
			alone = median
			alone_longest = longest
		}
		printf "%s, ratios %.2f and %.2f\n", $0, median / alone, \
			longest / alone_longest
	}'
