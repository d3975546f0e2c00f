#!/bin/sh
# man.sh - mandoc has no warning about any page.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named 'man/*.[1-8]')
some "$@"
mandoc -T lint -W warning "$@"
