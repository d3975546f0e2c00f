#!/bin/sh
# format.sh - every C file is as .clang-format has it.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named '*.c' '*.h')
some "$@"
clang-format --dry-run -Werror "$@" 2>&1
