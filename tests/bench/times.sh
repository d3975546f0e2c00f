# times.sh - what commands take, and whether that is enough. Sourced, POSIX
# shell; $work is a folder.
# shellcheck shell=sh
#
#	for _ in 1 2 3; do
#		run ours sshwhy list
#		run theirs ausearch
#	done
#	row ours 'sshwhy list'
#	row theirs 'ausearch'
#	ratio theirs ours 3
#
# The shortest run of a name counts, taken in turn with its peer's. A machine
# that does other things, too, makes the clock on the wall run faster than the
# processor works: ratios and speeds are of CPU time, user and system.

# run NAME COMMAND...: one more run; what it prints is kept in $work/NAME.out.
run()
{
	run_name=$1 run_status=0
	shift
	# bash is the only shell that tells the times of one command.
	# shellcheck disable=SC2016
	bash -c 'TIMEFORMAT="%3R %3U %3S"
		{ time "${@:2}" >"$1.out" 2>"$1.err" </dev/null; } 2>>"$1.times"
		exit $?' run "${work:?}/$run_name" "$@" || run_status=$?
	# sshwhy ADDRESS says with 1 and 2 what is true of the client.
	[ "$run_status" -gt 2 ] || return 0
	cat "$work/$run_name.err" >&2
	exit 1
}

# least NAME: milliseconds on the wall, and of CPU, of the shortest run of each.
least()
{
	awk '{ wall = $1 * 1000; cpu = ($2 + $3) * 1000 }
		NR == 1 || wall < least_wall { least_wall = wall }
		NR == 1 || cpu < least_cpu { least_cpu = cpu }
		END { print least_wall, least_cpu }' "$work/$1.times"
}

# row NAME TEXT
row()
{
	least "$1" | awk -v text="$2" '{
		printf "  %-40s %7d ms, CPU %7d ms\n", text, $1, $2 }'
}

# judge TEXT VALUE UNIT GOAL: a value that has to be at least GOAL, or at most,
# where GOAL begins with "<".
judge()
{
	awk -v text="$1" -v value="$2" -v unit="$3" -v goal="$4" 'BEGIN {
		most = sub(/^</, "", goal)
		reached = most ? value + 0 <= goal + 0 : value + 0 >= goal + 0
		printf "  %-40s %7.2f %s (goal %s%s): %s\n", text, value, unit,
			most ? "at most " : "", goal, reached ? "reached" : "missed" }'
}

# ratio THEIRS OURS GOAL
ratio()
{
	judge 'ratio' "$(echo "$(least "$1") $(least "$2")" |
		awk '{ print $2 / ($4 > 0 ? $4 : 1) }')" times "$3"
}

# limit NAME MS: what a run may take, on the wall and of CPU.
limit()
{
	judge 'on the wall' "$(least "$1" | cut -d ' ' -f 1)" ms "<$2"
	judge 'CPU' "$(least "$1" | cut -d ' ' -f 2)" ms "<$2"
}

# speed NAME FILE GOAL: GiB of the file in a second.
speed()
{
	judge 'speed' "$(least "$1" | awk -v bytes="$(stat -L -c %s "$2")" '{
		print bytes / 2 ^ 30 / ($2 / 1000) }')" 'GiB/s of CPU' "$3"
}
