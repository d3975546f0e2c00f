# wait.sh - waits for events. Sourced, POSIX shell.
# shellcheck shell=sh

# How long something is waited for that comes soon on a machine at rest.
SW_PATIENCE=120 # seconds

# wait_for FILE PATTERN: until a line of FILE matches.
wait_for()
{
	timeout "$SW_PATIENCE" tail -n +1 -f "$1" 2>/dev/null | grep -Eq -m1 -e "$2"
}

# wait_until COMMAND...: until it succeeds.
wait_until()
{
	wait_until_end=$(($(date +%s) + SW_PATIENCE))
	until "$@"; do
		[ "$(date +%s)" -lt "$wait_until_end" ] || return 1
		sleep 0.05
	done
}
