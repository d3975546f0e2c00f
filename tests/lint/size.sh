#!/bin/sh
# size.sh - no file of code is over 400 lines and no function over 70.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named 'lib/*.c' 'module/*.c' 'recorder/*.c' 'ask/*.c' 'cli/*.c')
some "$@"
awk '
function offence(words)
{
	print words
	failed = 1
}
FNR == 1 { begun = 0 }
/^{/ { begun = FNR }
/^}/ {
	if (begun && FNR - begun - 1 > 70)
		offence(FILENAME ":" begun ": a function of " \
			FNR - begun - 1 " lines")
	begun = 0
}
FNR == 401 { offence(FILENAME ": over 400 lines") }
END { exit failed }
' "$@"
