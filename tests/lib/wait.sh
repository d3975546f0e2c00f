# wait.sh - waits for events. Sourced, POSIX shell.
# shellcheck shell=sh

# How long something is waited for that comes soon on a machine at rest.
SW_PATIENCE=${SW_PATIENCE:-120} # seconds

# wait_for FILE PATTERN: until a line of FILE matches.
wait_for()
{
	timeout "$SW_PATIENCE" tail -n +1 -f "$1" 2>/dev/null |
		grep -Eq -m1 -e "$2" && return 0
	echo "# waited $SW_PATIENCE s in vain for $2 in $1" >&2
	return 1
}

# wait_until COMMAND...: until it succeeds.
wait_until()
{
	wait_until_end=$(($(date +%s) + SW_PATIENCE))
	until "$@"; do
		if [ "$(date +%s)" -ge "$wait_until_end" ]; then
			echo "# waited $SW_PATIENCE s in vain for $*" >&2
			return 1
		fi
		sleep 0.05
	done
}
