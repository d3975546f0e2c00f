#!/bin/sh
# shell.sh - shellcheck has no word against any shell script.
set -eu
. tests/lint/files.sh

scripts()
{
	files_named '*.sh'
	files_named | while IFS= read -r file; do
		case $file in
		*.sh) ;;
		*) ! head -n 1 "$file" | grep -aqE '^#! ?/bin/(ba)?sh' ||
			printf '%s\n' "$file" ;;
		esac
	done
}

# shellcheck disable=SC2046 # no name here holds a space
set -- $(scripts)
some "$@"
shellcheck -x "$@"
