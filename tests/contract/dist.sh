#!/bin/sh
# dist.sh - "make dist" ships each file of the tree, and nothing that was built.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

builddir=${builddir:-$PWD/build}
git rev-parse --git-dir >/dev/null 2>&1 || skip_all 'needs a clone'

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT

# Made by the autotools, for those who have none.
is_generated='^(aclocal\.m4|build-aux/|config\.h\.in|configure$|m4/|Makefile\.in)'

holds 'an archive is made' make -s -C "$builddir" distdir \
	"distdir=$work/tree"
(cd "$work/tree" && find . -type f) | sed 's|^\./||' | sort >"$work/shipped"
git ls-files | grep -v '^\.gitignore$' | sort >"$work/tracked"

is "$(comm -13 "$work/shipped" "$work/tracked")" '' 'no file is left out'
is "$(comm -23 "$work/shipped" "$work/tracked" |
	grep -Ev "$is_generated")" '' 'nothing else is shipped'

done_testing
