#!/bin/sh
# without.sh - a host that netfilter cannot be asked on: everything else works,
# and what is missing is said.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"

sshd_world "$0" "$@"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
end()
{
	recorder_stop
	sshd_world_end
}
trap end EXIT
mkdir -p /run/sshwhy /var/log/sshwhy
printf "%s\n" "sinks = file" "firewall = yes" >"$W/sshwhy.conf"
SSHD_PRELOAD=$SSHD_HOOK
sshwhyd=$SSHWHYD

is_recorded()
{
	[ "$(records_sum "$1" 2>/dev/null)" = 1 ]
}

# behaves NAME CLIENT WHY WORD...: a program under WORD...
behaves()
{
	name=$1
	client=$2
	why=$3
	shift 3
	echo "sshd: $client" >/etc/hosts.deny
	# What recorder_start starts.
	SSHWHYD=$W/sshwhyd
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$*" "$sshwhyd" >"$SSHWHYD"
	chmod +x "$SSHWHYD"
	recorder_start --config "$W/sshwhy.conf"
	is "$?" 0 "$name: the recorder runs"
	wait_for "$W/sshwhyd.err" 'not watched'
	like "$(cat "$W/sshwhyd.err")" \
		"^sshwhyd: the firewall is not watched: $why" \
		"$name: and says what is missing"
	is "$(grep -c 'not watched' "$W/sshwhyd.err")" 1 "$name: once"
	sshd_start || bail 'sshd does not start'
	knock_from "$client" >/dev/null
	holds "$name: a refusal is recorded" wait_until is_recorded "$client"
	json=$("$@" "$builddir/sshwhy" "$client" --port "$SSHD_PORT" --json)
	is "$(printf '%s\n' "$json" | jq -r '.last | .cause + " " + .via')" \
		'wrapper.deny hook' "$name: and told"
	like "$(printf '%s\n' "$json" | jq -r '.now[0] | .outcome + " " +
		.detail')" "^unseen $why" "$name: the firewall is not guessed"
	is "$(printf '%s\n' "$json" | jq -r '.now[] |
		select(.layer == "wrapper") | .outcome + " " + .rule.text')" \
		"reject sshd: $client" "$name: and the wrappers are asked"
	like "$("$@" "$builddir/sshwhy" 127.0.0.1 --port "$SSHD_PORT")" "$why" \
		"$name: who is not refused is told what is missing"
	sshd_stop
	recorder_stop
}

behaves 'without nf_tables' 127.0.0.5 'this kernel has no nf_tables' \
	"$builddir/tests/tools/without"
behaves 'without CAP_NET_ADMIN' 127.0.0.6 'CAP_NET_ADMIN is missing' \
	setpriv --bounding-set -net_admin --inh-caps -net_admin
done_testing
