#!/bin/sh
# headers.sh - every header compiles alone, and twice, with both compilers.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named '*.h')
some "$@"
failed=0
for header; do
	for compiler in gcc clang; do
		printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
			"$compiler" -std=gnu17 -D_GNU_SOURCE -I. -Iinclude \
				-Itests/unit -DSW_SYSCONFDIR='"/etc"' \
				-DSW_LOCALSTATEDIR='"/var"' \
				-DSW_RUNSTATEDIR='"/run"' -Wall -Wextra -Werror \
				-fsyntax-only -x c - 2>&1 || {
			printf '%s: does not compile alone (%s)\n' \
				"$header" "$compiler"
			failed=1
		}
	done
done
exit "$failed"
