#!/bin/sh
# manual_checks.sh - the table of sshwhy-check(1) is the one of the program.
# "manual_checks.sh --write" brings it up to date.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
page=man/sshwhy-check.1
awk -f tests/tools/check_table.awk cli/check.def >"$work/made"

if [ "${1-}" = --write ]; then
	sed -e '/^\.\\" begin of the table/,/^\.\\" end of the table/{
		/^\.\\"/!d
		}' -e "/^\.\\\\\" begin of the table/r $work/made" \
		$page >"$work/page" && cp "$work/page" $page
	exit
fi

sed -n '/^\.\\" begin of the table/,/^\.\\" end of the table/p' $page |
	sed '1d;$d' >"$work/table"
ok "$([ -s "$work/made" ]; echo $?)" 'there are checks'
holds 'the table of the manual has all of them, and no others' \
	diff -u "$work/table" "$work/made"
is "$(grep -c '^\.It' "$work/made")" "$(grep -c '^CHECK(' cli/check.def)" \
	'each row of the program makes one of the manual'
is "$(sed -n '/^\.\\" the layers/,/^\.It/s/^\.Cm \([a-z0-9]*\).*/\1/p' $page |
	sort)" "$(sed -n 's/^\t{"\([a-z0-9]*\)", sw_check_.*/\1/p' \
	cli/cmd_check.c | sort)" 'every layer is named'
done_testing
