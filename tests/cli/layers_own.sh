#!/bin/sh
# layers_own.sh - what sshwhy test says of our own ban list and rate limits.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

# Where this build looks, as "make check" says.
etc=${sysconfdir:-/etc}
var=${localstatedir:-/var}
root=$work/root
list=$root$var/lib/sshwhy
conf=$root$etc/security/sshwhy.conf
mkdir -p "${conf%/*}" "${list%/*}"

configure()
{
	printf '%s\n' "$@" >"$conf"
}

# layer LAYER ADDR: outcome, rule and detail, without the root.
layer()
{
	# Words are meant to be split.
	# shellcheck disable=SC2086
	why test $2 --root "$root" --json
	printf '%s\n' "$out" | jq -r --arg layer "$1" '.now[] |
		select(.layer == $layer) | [.outcome,
		(.rule | if . == null then null else .source, .line, .text,
		.owner end), .detail] | map(. // "-") | join("|")' |
		sed "s,$root,,g;s,$etc/,/etc/,g;s,$var/,/var/,g"
}

# on NAME WANTED LAYER ADDR
on()
{
	is "$(layer "$3" "$4")" "$2" "$1"
}

change()
{
	"$builddir/sshwhy" "$@" --dir "$list" >/dev/null
}

configure 'fold = 60'
on 'no list is an empty one' 'pass|-|not on it' ban 203.0.113.5
change ban 203.0.113.0/24 --why 'a bad net' --owner fail2ban:sshd
change allow 203.0.113.7
change ban 203.0.113.9 --for 1h
change ban 198.51.100.16/30
change ban 192.0.2.0/24
change allow 192.0.2.0/24 --owner boss
on 'a ban rejects, with its reason and owner' \
	'reject|/var/lib/sshwhy/bans|-|203.0.113.0/24 a bad net|fail2ban:sshd|203.0.113.0/24' \
	ban 203.0.113.5
on 'an allow entry lets in, and is named' \
	'pass|/var/lib/sshwhy/bans|-|203.0.113.7|admin|203.0.113.7 is let in' \
	ban 203.0.113.7
like "$(layer ban 203.0.113.9)" \
	'^reject.*\|203.0.113.9 until 20[0-9-]*T[0-9:]*' 'the end of a ban is told'
on 'another address is not on it' 'pass|-|not on it' ban 198.51.100.5
on 'an entry that has ended is none' \
	'reject|/var/lib/sshwhy/bans|-|203.0.113.0/24 a bad net|fail2ban:sshd|203.0.113.0/24' \
	ban '203.0.113.9 --now 2100-01-01T00:00:00Z'
on 'a range in a ban is rejected' \
	'reject|/var/lib/sshwhy/bans|-|198.51.100.16/30|admin|198.51.100.16/30' \
	ban 198.51.100.18/31
on 'a range that is banned in part depends' \
	'depends|-|198.51.100.16/30 in it is banned' ban 198.51.100.0/24
on 'so does a banned one in which somebody is let in' \
	'depends|/var/lib/sshwhy/bans|-|203.0.113.0/24 a bad net|fail2ban:sshd|203.0.113.0/24, 203.0.113.7 in it is let in' \
	ban 203.0.113.0/28
on 'a range without any ban passes' 'pass|-|not on it' ban 198.51.0.0/20
on 'an allow entry beats a ban of the same range' \
	'pass|/var/lib/sshwhy/bans|-|192.0.2.0/24|boss|192.0.2.0/24 is let in' \
	ban 192.0.2.0/25

configure 'observe = yes'
on 'an observed list refuses nobody' \
	'pass|/var/lib/sshwhy/bans|-|203.0.113.0/24 a bad net|fail2ban:sshd|203.0.113.0/24, only observed' \
	ban 203.0.113.5
configure 'nonsense'
like "$(layer ban 203.0.113.5)" '^pass.*only observed$' \
	'nor does one beside a broken configuration'

configure 'rate.net = 1/1m burst 2 per 32/64 match 10.0.0.0/8 exempt 10.1.0.0/16'
on 'no rate is for it' 'pass|-|none is for it' rate 198.51.100.5
on 'a rate exempts it' \
	'pass|/etc/security/sshwhy.conf|1|rate.net = 1/1m burst 2 per 32/64 match 10.0.0.0/8 exempt 10.1.0.0/16|admin|/etc/security/sshwhy.conf:1 exempts it' \
	rate 10.1.2.3
like "$(layer rate 10.2.0.1)" \
	'^unseen\|.*\|1\|.*\|how often it connects is known on its machine alone$' \
	'how often it connected is not in a copy'
on 'a range depends' 'depends|-|on the address; ask for one' rate 10.0.0.0/8
configure 'fold = 60'
on 'no rate is set' 'pass|-|none is set' rate 10.0.0.0/8

for file in bans bans.recent; do
	[ ! -f "$list/$file" ] || echo rubbish >"$list/$file"
done
like "$(layer ban 203.0.113.5)" \
	'^pass\|-\|damaged: /var/lib/sshwhy/bans.*nobody is refused$' \
	'a damaged list refuses nobody'
like "$(layer ban 203.0.113.0/24)" '^pass.*nobody is refused$' \
	'nor a range'
done_testing
