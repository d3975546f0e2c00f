#!/bin/sh
# sync_crowdsec.sh - the decisions of a real CrowdSec become our bans.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/crowdsec.sh
. "$srcdir/tests/lib/crowdsec.sh"

if [ -z "${CROWDSEC_WORLD:-}" ]; then
	crowdsec_installed || skip_all "crowdsec is not installed"
	unshare -mn true 2>/dev/null || skip_all "needs private namespaces"
	CROWDSEC_WORLD=$(mktemp -d /tmp/sshwhy-crowdsec.XXXXXX)
	export CROWDSEC_WORLD
	trap 'rm -rf "$CROWDSEC_WORLD"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -mn --propagation private -- /bin/sh "$0" "$@"
	exit $?
fi

W=$CROWDSEC_WORLD
list=$W/list
trap crowdsec_end EXIT
trap 'exit 129' HUP INT TERM
ip link set lo up
crowdsec_furnish "$W" || bail "no CrowdSec database"
crowdsec_start || bail "CrowdSec did not start"
(umask 077 && echo wrong >"$W/wrong")

# sync [ARGUMENT...]: its output in $out, its exit status in $status
sync()
{
	out=$("$builddir/sshwhy" sync crowdsec "$CROWDSEC_API" --key-file "$W/key" \
		--dir "$list" "$@" 2>&1)
	status=$?
}

listed()
{
	"$builddir/sshwhy" bans --dir "$list" --json | jq -r "$1"
}

sync
is "$status $out" '0 0 placed, 0 lifted, 0 on the list' 'nothing to take over'
cs decisions add --ip 203.0.113.5 --duration 1h --reason 'manual ban'
cs decisions add --range 198.51.100.0/24
cs decisions add --ip 2001:db8::5 --duration 30m
sync
is "$status $out" '0 3 placed, 0 lifted, 3 on the list' 'decisions become bans'
is "$(listed 'select(.prefix == "203.0.113.5") | "\(.kind) \(.owner) " +
	.reason + " " + (((.until | sub("\\..*"; "Z") | fromdate) -
	(.placed | sub("\\..*"; "Z") | fromdate) + 30) / 60 | floor |
	tostring)')" 'ban crowdsec manual ban 60' 'with scenario and end'
sync
is "$status $out" '0 ' 'nothing new, nothing written'
cs decisions delete --ip 203.0.113.5
sync
is "$status $out" '0 0 placed, 1 lifted, 2 on the list' \
	'a decision that is deleted is lifted'
is "$(listed .prefix | tr '\n' ' ')" '198.51.100.0/24 2001:db8::5 ' \
	'and no other'
cs decisions add --ip 203.0.113.7 --type captcha
cs decisions add --ip 127.0.0.1
sync
like "$out" '2 decisions left out' 'captchas and loopback are left out'
is "$(listed .prefix | wc -l)" 2 'and not on the list'

"$builddir/sshwhy" ban 198.51.100.0/24 --dir "$list" >/dev/null
crowdsec_end
sync
is "$status" 4 'an API that is gone is an error'
like "$out" "^sshwhy: sync: $CROWDSEC_API: .*onnect" 'with what went wrong'
is "$(listed .prefix | wc -l)" 3 'the list stays as it was'
cs decisions delete --range 198.51.100.0/24
crowdsec_start || bail "CrowdSec did not start again"
cs decisions delete --range 198.51.100.0/24
cs decisions add --ip 203.0.113.8
sync
is "$(listed '.prefix + " " + .owner' | tr '\n' ',')" \
	'198.51.100.0/24 admin,203.0.113.8 crowdsec,2001:db8::5 crowdsec,' \
	'after a failure all is asked for, and only its own entries go'
sync --key-file "$W/wrong"
is "$status $out" "4 sshwhy: sync: $CROWDSEC_API: HTTP status 403, the key is not accepted" \
	'a wrong key is said to be one'
chmod 666 "$W/key"
sync
is "$status $out" "4 sshwhy: sync: $W/key: owner, mode or type of the file is not acceptable" \
	'a key that others may write is not used'
done_testing
