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

done_testing
