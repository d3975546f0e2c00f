#!/bin/sh
# bans.sh - sshwhy ban, allow, unban, bans: the list, and what is refused.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

list=$work/list

# change COMMAND ARGUMENT...: with a list of the test's own.
change()
{
	change_command=$1
	shift
	why "$change_command" --dir "$list" "$@"
}

# rows FILTER: of the whole list.
rows()
{
	"$builddir/sshwhy" bans --dir "$list" --json | jq -r "$1"
}

change bans
is "$status $out $err" '0  ' 'a list that is not there is empty'
change ban 203.0.113.5
is "$status $out" '0 203.0.113.5 banned for ever' 'a ban lasts for ever'
change ban 198.51.100.0/24 --for 1h --why 'too many scans' --owner scanner
is "$status" 0 'a ban with an end'
like "$out" '^198.51.100.0/24 banned until 20..-..-..T..:..:..\+00:00$' \
	'the end is said'
is "$(rows 'select(.owner == "scanner") | "\(.prefix) \(.kind) \(.reason) " +
	(((.until | sub("\\..*"; "Z") | fromdate) -
	(.placed | sub("\\..*"; "Z") | fromdate)) | tostring)')" \
	'198.51.100.0/24 ban too many scans 3600' \
	'JSON has owner, reason, time placed and end'
change allow 198.51.100.7 ::ffff:198.51.100.8
is "$status $out" "0 198.51.100.7 allowed for ever
198.51.100.8 allowed for ever" 'several words, v4-mapped too'
change bans 198.51.100.7
is "$(printf '%s\n' "$out" | sed 's/  [a-z]* 2[^ ]*//g')" \
	'198.51.100.0/24  ban  by scanner  "too many scans"
198.51.100.7  allow  by an administrator' \
	'what concerns an address: what it lies in, and itself'
change bans --owner scanner
is "$(printf '%s\n' "$out" | wc -l)" 1 'the entries of one owner'
change ban 198.51.100.7 --owner scanner
is "$status $err" '0 sshwhy: ban: no effect: 198.51.100.7 is allowed by admin; see sshwhy unban' \
	'a ban without effect is said to be one'
change unban 198.51.100.7 --owner nobody
is "$status $out" '0 198.51.100.7 was not on the list' \
	'nothing of this owner to lift'
change unban 198.51.100.7 --owner admin
is "$out" '198.51.100.7 lifted
198.51.100.7 still banned by the entry 198.51.100.7 of scanner' \
	"what another one's entry still does is said"
change unban 198.51.100.7
is "$out" '198.51.100.7 lifted
198.51.100.7 still banned by the entry 198.51.100.0/24 of scanner' \
	'and what a wider one does'
change unban --all --owner scanner
is "$out" '1 lifted, 2 on the list' 'all that an owner has'

printf '# a feed\n192.0.2.0/24 ; SBL1\n\n 2001:db8::/32\r\n192.0.2.9\n' \
	>"$work/feed"
change ban --from "$work/feed" --owner feed --replace
is "$status $out" '0 3 placed, 0 lifted, 5 on the list' 'a file of prefixes'
grep -v 2001 "$work/feed" >"$work/feed2"
change ban --from - --owner feed --replace <"$work/feed2"
is "$status $out" '0 0 placed, 1 lifted, 4 on the list' \
	'what a file no longer names is lifted'
printf '192.0.2.77\n192.0.2.78 yes\n' >"$work/bad"
change ban --from "$work/bad"
is "$status $err" "3 sshwhy: ban: $work/bad:2: 192.0.2.78 yes: not an address or prefix" \
	'a bad line is named'
is "$(rows .prefix | grep -c 192.0.2.77)" 0 'and refuses the whole file'
change ban --from "$work/none"
is "$status $err" "4 sshwhy: ban: $work/none: No such file or directory" \
	'a file that is not there'

# refused WORDS NAME ARGUMENT...: asks for --force, and then does it.
refused()
{
	refused_words=$1 refused_name=$2
	shift 2
	before=$(rows .prefix)
	change ban "$@"
	is "$status $err" "3 sshwhy: ban: $refused_words; nothing was banned (--force)" \
		"$refused_name"
	is "$(rows .prefix)" "$before" "$refused_name: nothing is changed"
	change ban --force "$@"
	is "$status" 0 "$refused_name: forced"
}

refused '12.0.0.0/7 is wider than /8' 'a wide ban' 12.0.0.0/7
refused '2001:c00::/31 is wider than /32' 'a wide ban, IPv6' 2001:c00::/31
refused '127.0.0.9 would ban this machine itself (127.0.0.0/8)' 'loopback' \
	127.0.0.9
refused '126.0.0.0/7 would ban this machine itself (127.0.0.0/8)' \
	'what loopback lies in' 126.0.0.0/7
refused '::/64 would ban this machine itself (::1)' 'loopback, IPv6' ::/64
SSH_CONNECTION='203.0.113.99 51234 192.0.2.1 22'
export SSH_CONNECTION
refused '203.0.113.0/24 would ban you, at 203.0.113.99' "one's own address" \
	203.0.113.0/24
printf '203.0.113.99\n' >"$work/own"
refused "$work/own:1: 203.0.113.99 would ban you, at 203.0.113.99" \
	'in a file as well' --from "$work/own"
unset SSH_CONNECTION
change ban 203.0.113.98 127.0.0.1
is "$status $(rows .prefix | grep -c 203.0.113.98)" '3 0' \
	'one dangerous word, and none of them is banned'

for words in 'ban' 'ban nonsense' 'ban 192.0.2.0/33' 'ban 192.0.2.1 --for 1x' \
	'ban 192.0.2.1 --owner a,b' 'ban 192.0.2.1 --from x' 'allow' 'unban' \
	'ban --from x --replace' 'unban --all' 'unban --all --owner a 192.0.2.1' \
	'bans 192.0.2.1 192.0.2.2' 'bans x' 'allow 192.0.2.1 --force'; do
	# shellcheck disable=SC2086 # a list of words
	why $words --dir "$list"
	is "$status $(printf '%s\n' "$err" | wc -l)" '3 1' \
		"usage: one line and exit status 3 for: $words"
done
change ban 192.0.2.200 --for -1
is "$out" '192.0.2.200 banned for ever' "fail2ban's -1 is for ever"
change ban 192.0.2.201 --for 400d
is "$out" '192.0.2.201 banned for ever' 'more than a year too'

hostile=$(printf 'a\033[31m\n"x\134')
change ban 192.0.2.202 --why "$hostile"
change bans 192.0.2.202
like "$out" '"a.x1b.31m.x0a"x.x5c"$' 'a hostile reason is made visible'
is "$(rows 'select(.prefix == "192.0.2.202") | .reason')" \
	"$hostile" 'JSON has it as it is'

change ban 192.0.2.203
is "$(stat -c %a "$list" "$list/bans" "$list/bans.recent" | tr '\n' ' ')" \
	'750 640 640 ' 'the list is not for all to read'
printf 'x' | dd of="$list/bans" bs=1 seek=5000 conv=notrunc 2>/dev/null
for words in bans 'unban 192.0.2.203' 'ban --from /dev/null'; do
	# shellcheck disable=SC2086 # a list of words
	why $words --dir "$list"
	is "$status $err" "4 sshwhy: ${words%% *}: $list/bans: block 2: its sum is wrong" \
		"a damaged list is named: $words"
done
chmod 660 "$list/bans"
change bans
is "$status $err" "4 sshwhy: bans: $list/bans: not a file that only its owner may write" \
	'a list that others can write is not believed'
done_testing
