# crowdsec.sh - a real CrowdSec in a folder of its own. Sourced, POSIX shell.
# shellcheck shell=sh
#
#	crowdsec_installed || skip_all "crowdsec is not installed"
#	crowdsec_furnish "$W"
#	crowdsec_start
#	cs decisions add --ip 203.0.113.5 --duration 1h
#	crowdsec_end
#
# In a network namespace of its own: the API listens on a fixed port. The key
# of a bouncer is in CROWDSEC_DIR/key.

# shellcheck source=tests/lib/wait.sh
. "${srcdir:?}/tests/lib/wait.sh"

PATH=$srcdir/build-crowdsec/root/usr/bin:$PATH
export PATH
# Read by the tests.
# shellcheck disable=SC2034
CROWDSEC_API=http://127.0.0.1:8080
CROWDSEC_DIR=
CROWDSEC_PID=

crowdsec_installed()
{
	command -v crowdsec >/dev/null
}

crowdsec_write_profiles()
{
	cat >"$1/conf/profiles.yaml" <<-END
		name: default
		filters: [ "Alert.Remediation == true" ]
		decisions: [ { type: ban, duration: 4h } ]
		on_success: break
	END
}

crowdsec_write_config()
{
	cat >"$1/conf/config.yaml" <<-END
		common: {daemonize: false, log_media: stdout, log_level: info}
		config_paths:
		  config_dir: $1/conf/
		  data_dir: $1/data/
		  simulation_path: $1/conf/simulation.yaml
		  hub_dir: $1/hub/
		  index_path: $1/hub/.index.json
		  notification_dir: $1/conf/notifications/
		  plugin_dir: $1/plugins/
		crowdsec_service:
		  enable: false
		  acquisition_path: $1/conf/acquis.yaml
		cscli: {output: human, color: "no"}
		db_config:
		  log_level: info
		  type: sqlite
		  db_path: $1/data/crowdsec.db
		api:
		  client:
		    credentials_path: $1/conf/local_api_credentials.yaml
		  server:
		    log_level: info
		    listen_uri: 127.0.0.1:8080
		    profiles_path: $1/conf/profiles.yaml
		    console_path: $1/conf/console.yaml
		prometheus: {enabled: false}
	END
}

# cs ARGUMENT...: cscli
cs()
{
	cscli -c "$CROWDSEC_DIR/conf/config.yaml" "$@" \
		>>"$CROWDSEC_DIR/cscli.out" 2>&1
}

# crowdsec_furnish DIR: its database there, with one machine and one key.
crowdsec_furnish()
{
	CROWDSEC_DIR=$1
	mkdir -p "$1/data" "$1/hub" "$1/conf/notifications" "$1/plugins"
	echo '{}' >"$1/hub/.index.json"
	: >"$1/conf/acquis.yaml"
	echo 'simulation: off' >"$1/conf/simulation.yaml"
	crowdsec_write_profiles "$1"
	crowdsec_write_config "$1"
	cs machines add test --auto \
		-f "$1/conf/local_api_credentials.yaml" &&
		cs bouncers add sshwhy -k secretkey &&
		(umask 077 && echo secretkey >"$1/key")
}

# crowdsec_start: returns when it listens.
crowdsec_start()
{
	crowdsec -c "$CROWDSEC_DIR/conf/config.yaml" -no-cs \
		>"$CROWDSEC_DIR/api.out" 2>&1 9>&- &
	CROWDSEC_PID=$!
	wait_for "$CROWDSEC_DIR/api.out" 'Local API listening' && return 0
	diag "$(cat "$CROWDSEC_DIR/api.out" "$CROWDSEC_DIR/cscli.out")"
	return 1
}

crowdsec_end()
{
	[ -n "$CROWDSEC_PID" ] || return 0
	kill "$CROWDSEC_PID" 2>/dev/null
	wait "$CROWDSEC_PID" 2>/dev/null
	CROWDSEC_PID=
}
