#!/bin/sh
# What the modules loaded into sshd export and import.
#
# The exported symbols are those of the version script, no more and no fewer;
# none of the imported ones is banned (banned-symbols).
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

banned=$srcdir/tests/contract/banned-symbols

in_map()
{
	sed -n 's/^\t\([a-z_]*\);$/\1/p' "$1" | LC_ALL=C sort
}

exported()
{
	nm -D --defined-only "$1" | awk '{ print $NF }' | LC_ALL=C sort
}

imported()
{
	nm -D --undefined-only "$1" | awk '{ print $NF }' |
		sed -e 's/@.*//' -e 's/^__\(.*\)_chk$/\1/' | LC_ALL=C sort -u
}

is_allowed()
{
	grep -Eq "^allow ($1|any) $2[[:space:]]" "$banned"
}

# Print "SYMBOL: why" for each banned one in the standard input.
offences_of()
{
	while read -r symbol; do
		grep '^ban ' "$banned" | while read -r _ pattern why; do
			# The pattern is one.
			# shellcheck disable=SC2254
			case $symbol in
			$pattern) is_allowed "$1" "$symbol" ||
				echo "$symbol: $why" ;;
			esac
		done
	done
}

check_module()
{
	object=$builddir/module/.libs/$1.so
	holds "$1 is there" test -s "$object"
	is "$(exported "$object")" "$(in_map "$2")" \
		"$1 exports what its version script names"
	is "$(imported "$object" | offences_of "$1")" '' \
		"$1 imports nothing that is banned"
}

for map in "$srcdir"/module/*.map; do
	case ${map##*/} in
	hook.map) check_module sshwhy_hook "$map" ;;
	pam.map) check_module pam_sshwhy "$map" ;;
	*) ok 1 "${map##*/} has a module" ;;
	esac
done

offender=$builddir/tests/contract/.libs/offender.so
like "$(imported "$offender" | offences_of offender)" '^malloc: ' \
	"an imported malloc() is found"
like "$(imported "$offender" | offences_of offender)" '^umask: ' \
	"an imported umask() is found"
is "$(exported "$offender")" sw_offend "an exported function is found"
done_testing
