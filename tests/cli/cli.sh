# cli.sh - what the tests of the command line share. Sourced, POSIX shell.
# shellcheck shell=sh

srcdir=${srcdir:-.}
builddir=${builddir:-build}
case $builddir in /*) ;; *) builddir=$PWD/$builddir ;; esac
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
cd "$srcdir/tests/data/cli" || bail 'no data'

command -v jq >/dev/null || skip_all 'jq is not installed'

TZ=UTC
LC_ALL=C.UTF-8
export TZ LC_ALL

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT

# why ARGUMENT...: runs sshwhy; its output in $out, its complaints in $err, its
# exit status in $status.
why()
{
	"$builddir/sshwhy" "$@" >"$work/out" 2>"$work/err"
	# shellcheck disable=SC2034 # read by the tests, as the next two are
	status=$?
	# shellcheck disable=SC2034
	out=$(cat "$work/out") err=$(cat "$work/err")
}

# tables ARGUMENT...: the same with the tables of this folder, as if they were
# copied from another machine, so that this one is not asked.
tables()
{
	case $1 in
	wrapper) ;;
	*) set -- "$@" --root "$work" ;;
	esac
	why "$@" --allow hosts.allow --deny hosts.deny
}

# without_today: how long ago something was, and whether its day is told,
# depends on when the test runs.
without_today()
{
	sed -e 's/, [0-9]* [a-z]* ago/, AGE ago/' -e 's/2026-11-22 \(..:\)/\1/g'
}
