#!/bin/sh
# planted.sh - each check fails on an offence planted in a copy of the tree.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
tree=$work/copy

# The tree as it would be committed now.
mkdir "$tree" || bail 'no temporary folder'
if git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -co --exclude-standard
else
	find . -path './build*' -prune -o -type f -print
fi | tar -cf - --ignore-failed-read -T - 2>/dev/null | tar -xf - -C "$tree"
(
	cd "$tree" && git init -q && git add -A &&
		git -c user.name=t -c user.email=t@localhost commit -qm copy
) || bail 'no copy of the tree'

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
	[ ! -x "$script" ] || holds "${name%.sh} has no word against the tree" \
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

# --- what is compiled ----------------------------------------------------------

# builds DIR TARGET... - in the copy, quietly.
builds()
{
	dir=$1
	shift
	make -s -C "$tree/$dir" "$@"
}

# passes DIR TEST - one program of "make check", and what it is made of.
passes()
{
	builds "$1" "tests/unit/$2" &&
		builds "$1" check-TESTS "TESTS=tests/unit/$2"
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

holds 'the copy builds' sh -c "cd '$tree' && tests/tools/build-in.sh build"
holds 'the copy is configured for clang' configures build-clang CC=clang
holds 'the copy is configured for sanitizers' configures build-asan \
	CC=clang --enable-sanitizers

for compiler in build build-clang; do
	echo 'int sw_planted(int a) { return 1; }' >>"$tree/lib/err.c"
	refuses "$compiler of a warning" 'err.c.*-W' \
		builds "$compiler" lib/err.lo
done

# An object that calls upwards, where the includes look innocent.
cat >>"$tree/lib/err.c" <<'END'
void sw_complain(const char *, ...);
void sw_planted(void);
void sw_planted(void)
{
	sw_complain("x");
}
END
if words=$(builds build libguest.la 2>&1) && ! words=$(cd "$tree" &&
	builddir=build tests/lint/layers.sh 2>&1); then
	like "$words" 'lib/ may not call sw_complain' \
		'layers fails on a call upwards'
else
	ok 1 'layers fails on a call upwards'
	diag "$words"
fi
clean

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

# --- what is counted -----------------------------------------------------------

sed -i '1i void sw_planted(void );' "$tree/lib/err.c"
words=$(cd "$tree" && tests/tools/test.sh lint/format lint/size 2>&1)
is "$?" 1 'the run fails with one of its suites'
is "$(printf '%s\n' "$words" | tail -n 1)" '1 passed, 1 failed, 0 skipped' \
	'its last line sums up'
like "$words" '\| lib/err.c:1:.*should be clang-formatted' \
	'what failed is shown'
clean

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
