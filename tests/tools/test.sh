#!/bin/sh
# test.sh - every test there is, and one line at the end that sums them up.
#
#   test.sh [NAME...]   only the suites whose name contains a NAME
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
logs=$top/build/test-logs
# shellcheck source=tests/tools/build.sh
. tests/tools/build.sh
# shellcheck source=tests/tools/suite.sh
. tests/tools/suite.sh

wanted=$*
exec </dev/null

is_wanted()
{
	[ -n "$wanted" ] || return 0
	for _word in $wanted; do
		case $1 in *"$_word"*) return 0 ;; esac
	done
	return 1
}

suite()
{
	_kind=$1
	shift
	! is_wanted "$1" || "${_kind}_suite" "$@"
}

# build_suite NAME DIR [CONFIGURE-ARGUMENT...] - compile, then "make check".
build_suite()
{
	_label=$1
	_tree=$2
	shift
	plain_suite "$_label: build" tests/tools/build-in.sh "$@"
	[ "$status" -ne 0 ] || check_suite "$_label: make check" "$_tree"
}

# What "make check" has run already is not run again.
ran_in_check()
{
	[ -f "build/${1%.sh}.trs" ]
}

root_suites()
{
	for script in tests/*/*.sh; do
		case $script in
		tests/lib/* | tests/tools/* | tests/lint/* | tests/bench/*)
			continue
			;;
		esac
		[ -x "$script" ] || continue
		ran_in_check "$script" || suite tap "${script%.sh}" "$script"
	done
}

lint_suites()
{
	for script in tests/lint/*.sh; do
		[ -x "$script" ] || continue
		suite plain "${script%.sh}" "$script"
	done
}

tests/tools/deps.sh
mkdir -p "$logs"
[ -z "$wanted" ] || build_default

suite build gcc build
lint_suites
root_suites
suite build clang build-clang CC=clang
suite build sanitizers build-asan CC=clang --enable-sanitizers
suite plain distcheck make -s -j"$(jobs)" -C build distcheck
verdict
