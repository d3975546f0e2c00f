#!/bin/sh
# fuzz.sh [SECONDS] [NAME...] - gives each fuzz target its time.
#
# What libFuzzer finds worth keeping goes into build-fuzz/corpus/NAME; a crash
# is left in build-fuzz/ and named. The corpus in tests/fuzz/corpus is the
# start, and is only read.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
# shellcheck source=tests/tools/build.sh
. tests/tools/build.sh

seconds=60
case ${1-} in
'' | *[!0-9]*) ;;
*)
	seconds=$1
	shift
	;;
esac
wanted=$*
sanitizers=address,undefined
flags="-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all"

build_libraries()
{
	configure_in build-fuzz CC=clang \
		CFLAGS="$flags -fsanitize=fuzzer-no-link,$sanitizers" \
		CPPFLAGS=-U_FORTIFY_SOURCE
	make -s -j"$(jobs)" -C build-fuzz all
}

# link NAME - with every convenience library; a target uses few of them.
link()
{
	# shellcheck disable=SC2086 # lists of words
	clang $flags -fsanitize="fuzzer,$sanitizers" -I. -Iinclude \
		-Ibuild-fuzz -Itests/fuzz -o "build-fuzz/$1" \
		"tests/fuzz/$1.c" -Wl,--start-group build-fuzz/.libs/*.a \
		-Wl,--end-group -lpam -laudit -lauparse -lwrap -ljansson -lsystemd \
		-lsqlite3 -lmnl
}

fuzz()
{
	mkdir -p "build-fuzz/corpus/$1" "tests/fuzz/corpus/$1"
	printf '== %s, %s s\n' "$1" "$seconds"
	"build-fuzz/$1" -max_total_time="$seconds" -print_final_stats=1 \
		-artifact_prefix="build-fuzz/$1-" -verbosity=1 \
		"build-fuzz/corpus/$1" "tests/fuzz/corpus/$1" \
		>"build-fuzz/$1.log" 2>&1 || {
		tail -n 60 "build-fuzz/$1.log"
		return 1
	}
	grep '^stat::' "build-fuzz/$1.log"
}

is_wanted()
{
	[ -n "$wanted" ] || return 0
	for _word in $wanted; do
		[ "$_word" != "$1" ] && [ "fuzz_$_word" != "$1" ] || return 0
	done
	return 1
}

# Our matcher against libwrap, other cases each time.
differ()
{
	printf '== diff_wrapper, %s s\n' "$seconds"
	build-fuzz/tests/fuzz/diff_wrapper --seconds "$seconds" \
		--seed "$(date +%s)000000"
}

# Commands that change the ban list, killed 1,000 times.
crash()
{
	printf '== crash_ban, 1000 times\n'
	builddir=$top/build-fuzz tests/cli/bans_crash.sh 1000
}

# Processes that are killed while they count connections, ten times as many as
# in "make check".
kill_counters()
{
	printf '== kill_rate\n'
	make -s -C build-fuzz tests/unit/test_rate_race
	(cd build-fuzz && SW_KILLS=1000 tests/unit/test_rate_race)
}

# loop NAME [ARGUMENT...]: tests whose loops are short in ./dev test. As root
# only.
loop()
{
	is_wanted "$1" || return 0
	_script=tests/sshd/$1.sh
	printf '== %s\n' "$1"
	shift
	build_default
	ROUNDS=40 SECONDS_STOPPED=20 "$_script" "$@"
}

failed=0
build_libraries
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/}
	name=${name%.c}
	is_wanted "$name" || continue
	link "$name"
	fuzz "$name" || failed=1
done
! is_wanted diff_wrapper || differ || failed=1
! is_wanted crash_ban || crash || failed=1
! is_wanted kill_rate || kill_counters || failed=1
loop own_kill 1000 || failed=1
loop recorder_kill || failed=1
loop stopped_auditd || failed=1
exit "$failed"
