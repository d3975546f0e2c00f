#!/bin/sh
# import.sh - what "sshwhy import" finds in a log, and its exit status.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

sshwhy=${builddir:-$top/build}/sshwhy
data=$top/tests/cli/import
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
TZ=UTC0
export TZ

# ask ARGUMENT... - leaves output in $got, complaints in $said, the exit
# status in $status
ask()
{
	status=0
	got=$("$sshwhy" import "$@" 2>"$dir/stderr") || status=$?
	said=$(cat "$dir/stderr")
}

for log in "$data"/*.log; do
	name=$(basename "$log" .log)
	ask --year 2025 "$log"
	is "$got" "$(cat "$data/$name.want")" "$name is read as recorded"
	ask --year 2025 - <"$log"
	is "$got" "$(cat "$data/$name.want")" "$name is the same from a pipe"
	is "$status" 0 "$name: rejections are no failure"
done

if command -v jq >/dev/null; then
	ask --json --year 2025 "$data/bsd.log"
	is "$(printf '%s\n' "$got" | jq -r '.evidence + " " + .via' |
		sort -u)" "inferred import" "a log file is never more than inferred"
	is "$(printf '%s\n' "$got" | jq -s 'map(select(.seqno != null)) | length')" \
		0 "a line of a log has no number"
	is "$(printf '%s\n' "$got" | jq -s \
		'map(select(.client.addr == "203.0.113.10"))[0] |
		[.time, .cause, .client.port, .user, .pid, .node] | join(" ")')" \
		'"2025-12-31T23:59:40.000Z config.max-auth-tries 51234 root 50 web1"' \
		"JSON names time, cause, port, user, process and host"
else
	skip "jq is missing" "JSON"
fi

ask --year 2025 --node other --client 203.0.113.10 "$data/bsd.log"
is "$got" "2025-12-31T23:59:40+00:00  203.0.113.10:51234  \
config.max-auth-tries  user root  (inferred)  on other" "--node and --client"
ask --year 2025 --since 2026-01-01 --cause limit "$data/bsd.log"
like "$got" '^2026-01-01T00:00:0.*limit' "--since and --cause"
unlike "$got" '^2025|config' "... leave the rest out"
like "$said" 'sshd counts 17 drops in its summaries' \
	"drops without a line are told of"

printf 'Nov 22 07:37:03 web1 sshd[1]: refused connect from a (203.0.113.5)' \
	>"$dir/torn"
ask --year 2026 "$dir/torn"
like "$got" '203.0.113.5' "a last line without its newline is read"
head -c 300000 /dev/urandom | tr '\n' x >"$dir/junk"
printf '\nNov 22 07:37:03 web1 sshd[1]: refused connect from a (203.0.113.5)\n' \
	>>"$dir/junk"
ask --year 2026 "$dir/junk"
like "$got" '203.0.113.5' "a line behind junk of 300,000 bytes is read"
: >"$dir/empty"
ask "$dir/empty"
is "$status:$got:$said" 0:: "an empty log holds nothing"

ask "$dir/missing"
is "$status" 4 "a missing file: input failed"
like "$said" 'missing: No such file' "... and is named"
ask
is "$status" 3 "no file: usage"
ask "$dir/torn" "$dir/junk"
is "$status" 3 "two files: usage"
ask --year 26 "$dir/torn"
is "$status" 3 "a year of two digits: usage"
done_testing
