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

# lane_of SCRIPT - whether it is disturbed by others at work, or waits a lot and
# has the kernel's audit or a netfilter, or works for itself.
lane_of()
{
	case $1 in
	tests/lib/* | tests/tools/* | tests/lint/* | tests/bench/*) ;;
	tests/sshd/stopped_auditd.sh) echo alone ;;
	tests/firewall/recorded.sh) echo alone ;;
	tests/sshd/* | tests/firewall/*) echo servers ;;
	# Its bans are records in the one trail that there is.
	tests/cli/examples.sh) echo servers ;;
	*) echo programs ;;
	esac
}

# scripts LANE
scripts()
{
	for script in tests/*/*.sh; do
		[ "$(lane_of "$script")" = "$1" ] && [ -x "$script" ] &&
			printf '%s\n' "$script"
	done
	return 0
}

script_suites()
{
	for script in $(scripts "$1"); do
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

# What keeps a processor busy, while servers and clients wait for each other.
programs()
{
	lint_suites
	script_suites programs
	suite build clang build-clang CC=clang
	suite build sanitizers build-asan CC=clang --enable-sanitizers
	suite plain distcheck make -s -j"$(jobs)" -C build distcheck
}

wants_a_script()
{
	for script in $(scripts alone; scripts servers; scripts programs); do
		! is_wanted "${script%.sh}" || return 0
	done
	return 1
}

tests/tools/deps.sh
begin_count
[ -z "$wanted" ] || ! wants_a_script || build_default
trap leave_lane EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

suite build gcc build
beside programs
script_suites servers
join
script_suites alone
verdict
