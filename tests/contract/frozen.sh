#!/bin/sh
# frozen.sh - names and numbers that others rely on are what they were.
#
# A file in tests/contract/frozen is one interface, as it was released. Lines
# are added to it when something is added; a line that changes breaks somebody's
# program.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

frozen=../../contract/frozen

# Every key of a JSON text, nested ones behind a dot, in the order of writing.
# shellcheck disable=SC2016 # $k is jq's
keys='def names(prefix): keys_unsorted[] as $k | prefix + $k,
	(.[$k] | objects | names(prefix + $k + "."));'

printf 'sshd: 192.0.2.9\n' >"$work/deny"
printf 'sshd: 192.0.2.9 !x\n' >"$work/hosts.deny"

# exit_status WORD ARGUMENT...
exit_status()
{
	exit_word=$1
	shift
	why "$@"
	echo "$exit_word $status"
}

# now FILE: what the program says today.
now()
{
	case $1 in
	record-keys)
		why list --log audit.log --json
		head -n 1 "$work/out" | jq -r "$keys names(\"\")"
		;;
	explain-keys)
		tables 203.0.113.5 --log audit.log --json
		jq -r 'keys_unsorted[]' "$work/out"
		;;
	test-keys)
		tables test 203.0.113.5 --json
		jq -r 'keys_unsorted[]' "$work/out"
		;;
	layer-keys)
		tables test 203.0.113.5 --json
		jq -r "$keys"' .now[6] | names("")' "$work/out"
		;;
	layers)
		tables test 203.0.113.5 --json
		jq -r '.now[].layer' "$work/out"
		;;
	wrapper-keys)
		tables wrapper 203.0.113.5 --json
		jq -r "$keys names(\"\")" "$work/out"
		;;
	check-keys)
		why check --json "$work/hosts.deny"
		jq -r 'keys_unsorted[]' "$work/out"
		;;
	check-codes)
		sed -n 's/^CHECK([A-Z0-9_]*, "\([a-z0-9.-]*\)".*/\1/p' \
			../../../cli/check.def
		;;
	ban-keys)
		why ban 192.0.2.1 --dir "$work/bans"
		why bans --dir "$work/bans" --json
		jq -r 'keys_unsorted[]' "$work/out"
		rm -rf "$work/bans"
		;;
	top-keys)
		why top --log audit.log --json --limit 1
		jq -r 'keys_unsorted[]' "$work/out"
		;;
	timeline-keys)
		why timeline --log audit.log --json --step 30d
		jq -r 'keys_unsorted[]' "$work/out"
		;;
	exit-statuses)
		exit_status rejected test 192.0.2.9 --deny "$work/deny" \
			--allow /nonexistent
		exit_status unknown test 192.0.2.1 --root "$work" --deny "$work/deny" \
			--allow /nonexistent
		exit_status listed list --log audit.log
		exit_status usage list --nonsense
		exit_status io list --log /nonexistent
		exit_status findings check "$work/hosts.deny"
		printf 'sshd: host.example\n' >"$work/hosts.allow"
		exit_status notes-alone check "$work/hosts.allow"
		;;
	*)
		"$builddir/tests/tools/print_contract" "$1"
		;;
	esac
}

for file in "$frozen"/*; do
	name=${file##*/}
	now "$name" >"$work/$name"
	holds "$name are what they were" diff -u "$file" "$work/$name"
	sed '1s/[a-z]/X/' "$file" >"$work/planted"
	fails "$name: a name that is changed is noticed" \
		cmp -s "$work/planted" "$work/$name"
done

# A code is no use when no command takes it.
untaken=
while read -r code _; do
	why list --log /dev/null --cause "$code"
	[ "$status" -eq 0 ] || untaken="$untaken $code"
done <"$frozen/causes"
is "$untaken" '' 'every cause can be asked for'

untold=
manual=../../../man/sshwhy.1
sed -n 's/^\t{"-*\([A-Za-z-]*\)", *SW_FOR.*/\1/p' ../../../cli/options.c \
	>"$work/options"
while read -r option; do
	cat ../../../man/sshwhy*.1 |
		grep -Eq "^\.It .*Fl -?$option( |$)" ||
		untold="$untold $option"
done <"$work/options"
"$builddir/sshwhy" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' \
	>"$work/commands"
while read -r command; do
	grep -q "^\.It Cm $command$" $manual || untold="$untold $command"
done <"$work/commands"
ok "$([ -s "$work/options" ] && [ -s "$work/commands" ]; echo $?)" \
	'there are options and commands'
is "$untold" '' 'the manuals tell of every option and command'
done_testing
