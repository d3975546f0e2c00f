#!/bin/sh
# manual_causes.sh - sshwhyd(8) has every way of rejection that sshd knows, each
# with a cause of the table or a reason why it has none.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
page=man/sshwhyd.8

# One line for each item: its label, and all that is said of it.
sed -n '/^\.Sh WHAT IS RECORDED/,/^\.Sh SIGNALS/p' $page |
	awk '/^\.It / { sub(/^\.It (\\&)?/, ""); printf "\n%s", $0; next }
		/^\.(El|Bl|Ss|Sh|Pp)/ { print ""; next }
		{ printf " %s", $0 }' | grep '^[A-E][0-9]' >"$work/items"

numbers()
{
	for letter in A:12 B:9 C:12 D:21 E:8; do
		seq -f "${letter%:*}%g" 1 "${letter#*:}"
	done
}
is "$(sed 's/ .*//; s/[a-c]$//' "$work/items" | uniq)" "$(numbers)" \
	'every way of rejection is listed, in order'
is "$(sed 's/ .*//' "$work/items" | sort | uniq -d)" '' 'and once'
is "$(grep -v -e '\.Cm ' -e 'not recorded' "$work/items")" '' \
	'each has a cause, or is said not to be recorded'

sed -n 's/^CAUSE([A-Z_]*, "\([a-z.-]*\)".*/\1/p' include/sshwhy/cause.def |
	sort >"$work/causes"
sed -n '/^\.Sh WHAT IS RECORDED/,/^\.Sh SIGNALS/p' $page |
	sed -n 's/^\.Cm \([a-z]*\.[a-z-]*\).*/\1/p' | sort -u >"$work/named"
is "$(comm -13 "$work/causes" "$work/named")" '' \
	'no cause is named that there is not'
is "$(comm -23 "$work/causes" "$work/named")" '' 'no cause is left out'

# --- the pages about causes and records ---------------------------------------

awk -f tests/tools/cause_table.awk include/sshwhy/cause.def >"$work/table"
is "$(grep '^\.It Cm' "$work/table" | cut -d' ' -f3 | sort)" \
	"$(cat "$work/causes")" 'the table has every cause'
sed -n '/^\.It Cm wrapper\.deny/,/^\.El/p' man/sshwhy-causes.7 |
	sed '$d' >"$work/printed"
holds 'sshwhy-causes(7) says what cause.def says' \
	diff -u "$work/table" "$work/printed"
sed '1s/wrapper/xrapper/' "$work/table" >"$work/planted"
fails 'and would not if it said something else' \
	cmp -s "$work/planted" "$work/printed"
is "$(sed -n 's/^\.Ss \([a-z]*\)$/\1/p' man/sshwhy-causes.7 | sort)" \
	"$(sed 's/\..*//' "$work/causes" | grep -v '^client$' | sort -u)" \
	'each class of causes has its own words on what to do'

# untold SECTION NAME...: the names that no item of that section has.
untold()
{
	sed -n "/^\.Ss $1/,/^\.S[hs] /p" man/sshwhy-record.5 |
		sed -n 's/^\.It Cm //p' | tr -d ' ' | tr , '\n' >"$work/told"
	shift
	printf '%s\n' "$@" | sort -u | grep -vxFf "$work/told"
}
# shellcheck disable=SC2046 # one name a word
is "$(untold 'Audit records' $(sed 's/^ssh-[a-z]*: //' \
	tests/contract/frozen/audit-fields))" '' \
	'sshwhy-record(5) has every field of an audit record'
# shellcheck disable=SC2046
is "$(untold JSON $(sed 's/\..*//' tests/contract/frozen/record-keys))" '' \
	'and every key of JSON'
done_testing
