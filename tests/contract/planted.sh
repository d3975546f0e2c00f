#!/bin/sh
# planted.sh - each check fails on an offence planted in a copy of the tree.
#
# Two copies are made: of all files, for what is compiled and shipped, and of a
# few, which a check has read in no time.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
whole=$work/whole
few=$work/few
tree=$few # the one that is planted in

# own_files - those of the tree as it would be committed now.
own_files()
{
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -path './build*' -prune -o -type f -print
	fi
}

# copy TREE - with the files named on standard input, as its one commit.
copy()
{
	mkdir "$1" &&
		tar -cf - --ignore-failed-read -T - 2>/dev/null |
		tar -xf - -C "$1" &&
		cd "$1" && git init -q && git add -A &&
		git -c user.name=t -c user.email=t@localhost commit -qm copy
}

(own_files | copy "$whole") || bail 'no copy of the tree'
(copy "$few" <<END) || bail 'no copy of a few files'
.clang-format
.gitignore
.shellcheckrc
include/sshwhy/cause.def
include/sshwhy/cause.h
include/sshwhy/err.h
lib/cause.c
lib/err.c
man/sshwhy.1
$(find tests/lint -name '*.sh')
tests/tools/build-in.sh
tests/tools/build.sh
tests/tools/suite.sh
tests/tools/tally.awk
tests/tools/test.sh
END

clean()
{
	git -C "$tree" reset -q --hard && git -C "$tree" clean -qfd
}

# check NAME - runs a check in the copy.
check()
{
	(cd "$tree" && env -u builddir "tests/lint/$1.sh")
}

# blames CHECK FILE WHAT - the check fails, and names the file.
blames()
{
	if words=$(check "$1" 2>&1); then
		ok 1 "$1 fails on $3"
	else
		case $words in
		*"$2"*) ok 0 "$1 fails on $3" ;;
		*)
			ok 1 "$1 names the file with $3"
			diag "$words"
			;;
		esac
	fi
	clean
}

for script in tests/lint/*.sh; do
	name=${script##*/}
	[ ! -x "$script" ] || holds "${name%.sh} has no word against the copy" \
		check "${name%.sh}"
done

echo 'int  sw_planted ;' >>"$tree/lib/err.c"
blames format lib/err.c 'code laid out otherwise'

# shellcheck disable=SC2016 # a script
printf '#!/bin/sh\nrm -r $1\n' >"$tree/tests/tools/planted.sh"
blames shell tests/tools/planted.sh 'an unquoted variable'

# shellcheck disable=SC2016 # a script
printf '#!/bin/sh\nrm -r $1\n' >"$tree/planted"
blames shell planted 'an unquoted variable in a script without a suffix'

cat >>"$tree/lib/err.c" <<'END'
int sw_planted(void)
{
	int cells[2] = {0, 0};

	return cells[2];
}
END
blames cppcheck lib/err.c 'a read behind an array'

echo '.Planted' >>"$tree/man/sshwhy.1"
blames man man/sshwhy.1 'an unknown macro'

echo '#include "cli/cli.h"' >>"$tree/lib/err.c"
blames layers lib/err.c 'a lower layer that includes a higher one'

echo '#include <jansson.h>' >>"$tree/lib/err.c"
blames layers lib/err.c 'a library that the layer may not use'

echo '#include <stdio.h>' >>"$tree/lib/err.c"
holds 'layers leaves the C library to all' check layers
sed -i '1i #include "sshwhy/cause.h"' "$tree/lib/err.c"
blames layers lib/err.c 'another header before its own'

printf '#ifndef P_H\n#define P_H\nsize_t sw_planted(void);\n#endif\n' \
	>"$tree/include/sshwhy/planted.h"
blames headers include/sshwhy/planted.h 'a header that needs another one'

printf 'struct planted {\n\tint value;\n};\n' \
	>"$tree/include/sshwhy/planted.h"
blames headers include/sshwhy/planted.h 'a header without a guard'

{
	printf 'void sw_planted(void)\n{\n'
	seq 71 | sed 's/.*/\t(void)&;/'
	printf '}\n'
} >>"$tree/lib/err.c"
blames size lib/err.c 'a function of 71 lines'

seq 400 | sed 's|.*|/* & */|' >>"$tree/lib/err.c"
blames size lib/err.c 'a file over 400 lines'

# --- what is counted -----------------------------------------------------------

# What is missing has been installed for this run.
printf '#!/bin/sh\n' >"$tree/tests/tools/deps.sh"
chmod 755 "$tree/tests/tools/deps.sh"
sed -i '1i void sw_planted(void );' "$tree/lib/err.c"
words=$(cd "$tree" && tests/tools/test.sh lint/format lint/size 2>&1)
is "$?" 1 'the run fails with one of its suites'
is "$(printf '%s\n' "$words" | tail -n 1)" '1 passed, 1 failed, 0 skipped' \
	'its last line sums up'
like "$words" '\| lib/err.c:1:.*should be clang-formatted' \
	'what failed is shown'
clean

# --- what is compiled ----------------------------------------------------------

tree=$whole

# builds DIR TARGET... - in the copy, quietly.
builds()
{
	dir=$1
	shift
	make -s -j"$(nproc)" -C "$tree/$dir" "$@"
}

# passes DIR TEST - one program of "make check", and what it is made of.
passes()
{
	builds "$1" check-TESTS "TESTS=tests/unit/$2" \
		"check_PROGRAMS=tests/unit/$2" check_LTLIBRARIES=
}

# refuses WHAT PATTERN COMMAND... - it fails, and says PATTERN.
refuses()
{
	what=$1
	pattern=$2
	shift 2
	if words=$("$@" 2>&1); then
		ok 1 "$what fails"
	else
		like "$words" "$pattern" "$what fails"
	fi
	clean
}

configures()
{
	(
		cd "$tree" && top=$tree && . tests/tools/build.sh &&
			configure_in "$@"
	)
}

# What the autotools make of the same files is the same here.
generated='aclocal.m4 autom4te.cache build-aux config.h.in configure m4
	Makefile.in'
if [ -x configure ]; then
	# shellcheck disable=SC2086 # words
	cp -Rp $generated "$tree" || bail 'no copy of the configure script'
else
	(cd "$tree" && autoreconf -fi >/dev/null 2>&1) || bail 'no configure script'
fi

configures build-asan CC=clang --enable-sanitizers >"$work/asan" 2>&1 &
holds 'the copy is configured' configures build
wait $!
ok $? 'and for clang and its sanitizers' || diag "$(cat "$work/asan")"

for compiler in build build-asan; do
	holds "$compiler compiles a file" builds "$compiler" lib/err.lo
	# A file's time has ticks, and within one of them it is not newer.
	until [ -n "$(find "$tree/lib/err.c" \
		-newer "$tree/$compiler/lib/err.lo")" ]; do
		sleep 0.01
		echo 'int sw_planted(int a) { return 1; }' >>"$tree/lib/err.c"
	done
	refuses "$compiler of a warning" 'err.c.*-W' \
		builds "$compiler" lib/err.lo
done

# An object that calls upwards, where the includes look innocent.
called_upwards()
{
	builds build libguest.la cli/complain.lo &&
		cd "$tree" && builddir=build tests/lint/layers.sh
}

holds 'layers has no word against what is compiled' called_upwards
cat >>"$tree/lib/err.c" <<'END'
void sw_complain(const char *, ...);
void sw_planted(void);
void sw_planted(void)
{
	sw_complain("x");
}
END
refuses 'layers on a call upwards' 'lib/ may not call sw_complain' \
	called_upwards

holds 'a test of the copy passes' passes build test_num
sed -i 's/assert_int_equal(/assert_int_not_equal(/' \
	"$tree/tests/unit/test_num.c"
refuses 'make check with a false assertion' '^FAIL: tests/unit/test_num' \
	passes build test_num

# The program of a test that reads behind its heap, as it is.
cat >>"$tree/lib/cause.c" <<'END'
#include <stdlib.h>
__attribute__((constructor)) static void planted(void)
{
	volatile size_t cell = 8;
	char *cells = calloc(cell, 1);

	exit(cells[cell]);
}
END
fails 'make check fails where a program reads behind its heap' \
	passes build-asan test_cause
holds 'it is the sanitizer that says so' grep -E \
	'heap-buffer-overflow|insufficient space' \
	"$tree/build-asan/tests/unit/test_cause.log"
clean
holds 'the sanitizers have no word against the test' \
	passes build-asan test_cause

# --- what is shipped -----------------------------------------------------------

# archived - "make dist" as tests/contract/dist.sh judges it, in the copy.
archived()
{
	(cd "$tree" && builddir=$tree/build tests/contract/dist.sh)
}

holds 'dist has no word against the tree' archived
echo '#define SW_PLANTED 1' >"$tree/lib/planted.h"
git -C "$tree" add lib/planted.h
refuses 'dist of a header that is not shipped' 'got: *lib/planted.h' archived
echo 'int sw_planted;' >"$tree/build/tests/contract/planted.o"
sed -i 's/^EXTRA_DIST = .*/&\n\ttests\/contract \\/' "$tree/Makefile.am"
refuses 'dist of what was built' 'tests/contract/planted.o' archived

done_testing
