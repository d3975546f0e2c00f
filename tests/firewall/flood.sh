#!/bin/sh
# flood.sh - 20,000 SYN/s from random sources that a firewall drops: what they
# cost the recorder, and that its records stand for exactly what was traced.
#
# FLOOD=N sends N packets instead of 100,000.
set -u
srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

if [ -z "${SW_FIREWALL_WORLD:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
	for tool in nft ip jq unshare sshd; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
	SW_FIREWALL_WORLD=1 exec unshare -mn "$0" "$@"
fi

# shellcheck source=tests/lib/veth.sh
. "$srcdir/tests/lib/veth.sh"
W=$work
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/firewall.sh
. "$srcdir/tests/lib/firewall.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"
end()
{
	recorder_stop
	server_end
	end_world
	audit_end
}
trap end EXIT
trap 'exit 129' HUP INT TERM

make_world || bail 'no veth pair'
make_server || bail 'no server'
mkdir "$work/audit"
audit_begin "$work/audit" || skip_all "$AUDIT_WHY"
auditctl -e 1 >/dev/null
port=2222
start_sshd "$port" || bail 'no sshd'
nft -f - <<'N'
table inet t {
	chain input { type filter hook input priority 0; policy accept
		ip saddr 10.0.0.0/8 drop
	}
}
N
count=${FLOOD:-100000}
config 'sinks = audit' 'firewall-rate = 50/s'
recorder_start --config /run/sshwhy.conf ||
	bail "no recorder: $(cat "$W/sshwhyd.err")"
wait_until traces_port "$port" || bail "sshd's port is not traced"

# counter N: of the N-th rule of our table
counter()
{
	nft list chain inet sshwhy syn | grep -o 'packets [0-9]* bytes' |
		tr -dc '0-9\n' | sed -n "$1p"
}

begun=$(date +%s%N)
before=$(recorder_cpu)
knock 10.0.0.1 "$count"
took=$((($(date +%s%N) - begun) / 1000000))
used=$(($(recorder_cpu) - before))
size=$(recorder_memory)
came=$(counter 1)
traced=$(counter 2)
diag "$came SYN packets in $took ms, $((came * 1000 / took)) a second;" \
	"$traced traced; sshwhyd used $used ms of a processor, $size KiB"
is "$came" "$count" 'all of the flood is counted'
is "$([ "$size" -lt 32768 ] && echo small)" small \
	'sshwhyd stays under 32 MiB, all its processes together'
is "$([ "$((used * 10))" -le "$took" ] && echo cheap)" cheap \
	'and takes less than a tenth of a processor'
recorder_stop
lasted=$((($(date +%s%N) - begun) / 1000000000 + 1))
audit_flush

# sum FILE [FILTER]: what the records stand for
sum()
{
	jq -n "[inputs | select(.event == \"${2:-rejection}\") | .count] |
		add // 0" "$1"
}

# Of this recorder only: other tests may write to the kernel's audit, too.
"$builddir/sshwhy" list --cause firewall.drop --log "$AUDIT_LOG" --json \
	>"$work/audited"
"$builddir/sshwhy" list --event suppressed --log "$AUDIT_LOG" --json \
	>"$work/suppressed"
audited=$(wc -l <"$work/audited")
: >>"$RECORDS"
diag "$audited records in the audit trail within $lasted s," \
	"$(wc -l <"$RECORDS") in the file"
is "$(($(sum "$work/audited") + $(sum "$RECORDS")))" "$traced" \
	'the records stand for what was traced, all of it'
is "$([ "$audited" -le $(((lasted + 1) * 20)) ] && echo within)" within \
	'the audit trail gets no more than its cap'
is "$(sum "$work/suppressed" suppressed)" "$(sum "$RECORDS")" \
	'what it did not get is counted there, and stands in the file'
like "$(cat "$W/sshwhyd.err")" \
	"firewall: $((came - traced)) of $came SYN packets were not traced" \
	'and it says how many were not traced'
done_testing
