#!/bin/sh
# sync_crowdsec.sh - the decisions of a real CrowdSec become our bans.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

PATH=$srcdir/build-crowdsec/root/usr/bin:$PATH
export PATH

if [ -z "${CROWDSEC_WORLD:-}" ]; then
	command -v crowdsec >/dev/null || skip_all "crowdsec is not installed"
	unshare -mn true 2>/dev/null || skip_all "needs private namespaces"
	CROWDSEC_WORLD=$(mktemp -d /tmp/sshwhy-crowdsec.XXXXXX)
	export CROWDSEC_WORLD
	trap 'rm -rf "$CROWDSEC_WORLD"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -mn --propagation private -- /bin/sh "$0" "$@"
	exit $?
fi

W=$CROWDSEC_WORLD
api=http://127.0.0.1:8080
list=$W/list
server=
end()
{
	[ -z "$server" ] || kill "$server" 2>/dev/null
}
trap end EXIT
trap 'exit 129' HUP INT TERM
ip link set lo up

mkdir -p "$W/data" "$W/hub" "$W/conf/notifications" "$W/plugins"
echo '{}' >"$W/hub/.index.json"
: >"$W/conf/acquis.yaml"
echo 'simulation: off' >"$W/conf/simulation.yaml"
cat >"$W/conf/profiles.yaml" <<-END
	name: default
	filters: [ "Alert.Remediation == true" ]
	decisions: [ { type: ban, duration: 4h } ]
	on_success: break
END
cat >"$W/conf/config.yaml" <<-END
	common: {daemonize: false, log_media: stdout, log_level: info}
	config_paths:
	  config_dir: $W/conf/
	  data_dir: $W/data/
	  simulation_path: $W/conf/simulation.yaml
	  hub_dir: $W/hub/
	  index_path: $W/hub/.index.json
	  notification_dir: $W/conf/notifications/
	  plugin_dir: $W/plugins/
	crowdsec_service: {enable: false, acquisition_path: $W/conf/acquis.yaml}
	cscli: {output: human, color: "no"}
	db_config: {log_level: info, type: sqlite, db_path: $W/data/crowdsec.db}
	api:
	  client: {credentials_path: $W/conf/local_api_credentials.yaml}
	  server:
	    log_level: info
	    listen_uri: 127.0.0.1:8080
	    profiles_path: $W/conf/profiles.yaml
	    console_path: $W/conf/console.yaml
	prometheus: {enabled: false}
END

cs()
{
	cscli -c "$W/conf/config.yaml" "$@" >>"$W/cscli.out" 2>&1
}

# start_api: returns when it listens.
start_api()
{
	crowdsec -c "$W/conf/config.yaml" -no-cs >"$W/api.out" 2>&1 &
	server=$!
	timeout 120 tail -n +1 -f "$W/api.out" |
		grep -q -m1 'Local API listening' && return 0
	diag "$(cat "$W/api.out" "$W/cscli.out")"
	return 1
}

cs machines add test --auto -f "$W/conf/local_api_credentials.yaml" ||
	bail "no CrowdSec database"
cs bouncers add sshwhy -k secretkey || bail "no key for us"
start_api || bail "CrowdSec did not start"
(umask 077 && echo secretkey >"$W/key" && echo wrong >"$W/wrong")

# sync [ARGUMENT...]: its output in $out, its exit status in $status
sync()
{
	out=$("$builddir/sshwhy" sync crowdsec "$api" --key-file "$W/key" \
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
kill "$server"
wait "$server" 2>/dev/null
sync
is "$status" 4 'an API that is gone is an error'
like "$out" "^sshwhy: sync: $api: .*onnect" 'with what went wrong'
is "$(listed .prefix | wc -l)" 3 'the list stays as it was'
cs decisions delete --range 198.51.100.0/24
start_api || bail "CrowdSec did not start again"
cs decisions delete --range 198.51.100.0/24
cs decisions add --ip 203.0.113.8
sync
is "$(listed '.prefix + " " + .owner' | tr '\n' ',')" \
	'198.51.100.0/24 admin,203.0.113.8 crowdsec,2001:db8::5 crowdsec,' \
	'after a failure all is asked for, and only its own entries go'
sync --key-file "$W/wrong"
is "$status $out" "4 sshwhy: sync: $api: HTTP status 403, the key is not accepted" \
	'a wrong key is said to be one'
chmod 666 "$W/key"
sync
is "$status $out" "4 sshwhy: sync: $W/key: owner, mode or type of the file is not acceptable" \
	'a key that others may write is not used'
done_testing
