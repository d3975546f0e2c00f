#!/bin/sh
# How many lines of a brute-forced sshd's log are read in a second, by
# "sshwhy import" and by fail2ban-regex.
# usage: bench_import.sh [LINES]

set -eu

lines=${1:-1000000}
sshwhy=${builddir:-build}/sshwhy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

generate() {
	awk -v lines="$1" 'BEGIN {
		srand(1)
		split("root admin test oracle ubuntu git", users, " ")
		for (n = 0; n < lines; pid++) {
			at = sprintf("Nov %2d %02d:%02d:%02d", 1 + pid / 40000 % 28,
				pid / 1600 % 24, pid / 60 % 60, pid % 60)
			head = at " web1 sshd[" 1000 + pid % 60000 "]: "
			ip = "203.0." int(rand() * 256) "." int(rand() * 256)
			from = ip " port " 1024 + int(rand() * 60000)
			user = users[1 + int(rand() * 6)]
			print head "Invalid user " user " from " from
			print head "pam_unix(sshd:auth): check pass; user unknown"
			print head "pam_unix(sshd:auth): authentication failure; " \
				"logname= uid=0 euid=0 tty=ssh ruser= rhost=" ip
			print head "Failed password for invalid user " user \
				" from " from " ssh2"
			print head "Received disconnect from " from \
				":11: Bye Bye [preauth]"
			print head "Disconnected from invalid user " user " " \
				from " [preauth]"
			print at " web1 CRON[7]: pam_unix(cron:session): " \
				"session opened for user root(uid=0) by (uid=0)"
			n += 7
			if (pid % 10 == 0) {
				print at " web1 sshd[9]: drop connection #10 from [" \
					ip "]:5 on [192.0.2.1]:22 past MaxStartups"
				n++
			}
		}
	}'
}

# Nothing but rejections, each without its port.
generate_rejections() {
	awk -v lines="$1" 'BEGIN {
		srand(2)
		for (n = 0; n < lines; n++)
			printf "Nov 22 %02d:%02d:%02d web1 sshd[%d]: User root " \
				"from 203.0.%d.%d not allowed because not " \
				"listed in AllowUsers\n", n / 72000 % 24, \
				n / 1200 % 60, n / 20 % 60, 1000 + n % 30000, \
				rand() * 256, rand() * 256
	}'
}

# seconds of the best of three runs
best() {
	for _ in 1 2 3; do
		start=$(date +%s.%N)
		"$@" >/dev/null 2>&1 || :
		end=$(date +%s.%N)
		echo "$end $start"
	done | awk '{ t = $1 - $2; if (!n++ || t < b) b = t } END { print b }'
}

report() {
	awk -v name="$1" -v lines="$2" -v seconds="$3" 'BEGIN {
		printf "%-28s %9d lines  %8.3f s  %9.0f lines/s\n",
			name, lines, seconds, lines / seconds }'
}

generate "$lines" >"$work/auth.log"
lines=$(wc -l <"$work/auth.log")
ours=$(best "$sshwhy" import "$work/auth.log")
report "sshwhy import" "$lines" "$ours"
report "sshwhy import --json" "$lines" \
	"$(best "$sshwhy" import --json "$work/auth.log")"
report "sshwhy import --year" "$lines" \
	"$(best "$sshwhy" import --year 2026 "$work/auth.log")"

generate_rejections "$((lines / 2))" >"$work/rejections.log"
all=$(wc -l <"$work/rejections.log")
worst=$(best "$sshwhy" import --json "$work/rejections.log")
report "nothing but rejections, JSON" "$all" "$worst"

if command -v fail2ban-regex >/dev/null; then
	head -n 70000 "$work/auth.log" >"$work/part.log"
	theirs=$(best fail2ban-regex --print-no-missed --print-no-ignored \
		"$work/part.log" 'sshd[mode=aggressive]')
	part=$(wc -l <"$work/part.log")
	report "fail2ban-regex, aggressive" "$part" "$theirs"
	awk -v a="$lines" -v b="$ours" -v c="$part" -v d="$theirs" 'BEGIN {
		printf "ratio %.1f\n", (a / b) / (c / d) }'
fi
awk -v lines="$lines" -v seconds="$ours" -v all="$all" -v worst="$worst" 'BEGIN {
	exit lines / seconds < 500000 || all / worst < 500000 }' || {
	echo "below 500,000 lines/s"
	exit 1
}
