#!/bin/sh
# check_wrapper.sh - mistakes in hosts.allow and hosts.deny, one row each: sshwhy
# check finds it at its line, and what it says of the effect is what libwrap
# does. tcpdchk has not a word about any of them.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"
def=$PWD/../../../cli/check.def
cd "$work" || bail 'no folder'

: >seen
: >printed

# decides CLIENT: what libwrap does.
decides()
{
	"$builddir/sshwhy" wrapper --json --allow hosts.allow --deny hosts.deny \
		"$1" 2>&1 | jq -r '"\(.libwrap.verdict)"'
}

# found FILE: each finding as LINE CODE.
found()
{
	"$builddir/sshwhy" check --json "$1" |
		jq -r '"\(.line // 0) \(.code)"'
}

# row FILE CONTENT "LINE CODE" CLIENT VERDICT NAME
row()
{
	rm -f hosts.allow hosts.deny
	: >hosts.allow
	: >hosts.deny
	# A rule of hosts.allow shows by a hosts.deny that is closed.
	[ "$1" = hosts.deny ] || echo 'ALL: ALL' >hosts.deny
	printf '%b' "$2" >"$1"
	got=$(found "$1" | grep -Fx -e "$3")
	is "$got" "$3" "$6: $3"
	echo "${3#* }" >>seen
	[ -z "$4" ] || is "$(decides "$4")" "$5" "  libwrap: $4 $5"
	timeout 10 tcpdchk -d >>printed 2>&1
}

# deny|allow CONTENT "LINE CODE" CLIENT VERDICT NAME
deny()
{
	row hosts.deny "$@"
}

allow()
{
	row hosts.allow "$@"
}

long=$(printf '%02040d' 0)

deny 'sshd: 192.0.2.1' '1 wrapper.no-newline' 203.0.113.9 deny \
	'a last line without newline denies everyone'
deny 'ALL: 192.0.2.1\n# end' '2 wrapper.no-newline' 203.0.113.9 deny \
	'even a comment'
allow 'sshd: 203.0.113.9' '1 wrapper.no-newline-allow' 203.0.113.9 deny \
	'in hosts.allow it is lost'
deny "#\nsshd: 192.0.2.1 $long\n" '2 wrapper.long-line' 203.0.113.9 deny \
	'a line too long denies everyone'
allow "sshd: 192.0.2.1 $long\nsshd: 203.0.113.9\n" \
	'1 wrapper.long-line-allow' 203.0.113.9 deny \
	'in hosts.allow all below is lost'
deny '\0357\0273\0277sshd: 203.0.113.9\n' '1 wrapper.byte-order-mark' \
	203.0.113.9 grant 'a rule behind a byte order mark is dead'
deny 'sshd: 192.0.2.1\0000 203.0.113.9\n' '1 wrapper.nul' 203.0.113.9 deny \
	'a NUL byte in a table'
deny 'sshd: 192.0.2.1 \\\r\n 203.0.113.9\r\n' '1 wrapper.cr-continuation' \
	203.0.113.9 grant 'a continued line with CRLF'
deny '# bad ones \\\nsshd: 203.0.113.9\n' '1 wrapper.comment-continued' \
	203.0.113.9 grant 'a comment that swallows a rule'
deny '  # ALL: ALL\n' '1 wrapper.indented-comment' 203.0.113.9 deny \
	'an indented comment is a rule'
deny '  # see: below\n' '1 wrapper.indented-words' 203.0.113.9 grant \
	'indented words are a rule for nobody'
deny 'sshd 203.0.113.9\n' '1 wrapper.no-colon' 203.0.113.9 grant \
	'a line without colon is skipped'
deny 'sshd:\n' '1 wrapper.empty-list' 203.0.113.9 grant 'no client'
deny ': 203.0.113.9\n' '1 wrapper.empty-list' 203.0.113.9 grant 'no daemon'
deny 'sshd: 192.0.2.7ALL: 203.0.113.9\n' '1 wrapper.merged' 203.0.113.9 grant \
	'merged entries: the second'
deny 'sshd: 192.0.2.7ALL: 203.0.113.9\n' '1 wrapper.merged' 192.0.2.7 grant \
	'merged entries: the first'
deny 'sshd: 192.0.2.1 # a scanner\n' '1 wrapper.trailing-comment' 203.0.113.9 \
	grant 'a comment behind a rule'
deny 'sshd: 192.0.2.1 # ALL bots\n' '1 wrapper.comment-matches-all' \
	203.0.113.9 deny 'a comment with ALL in it matches everyone'
deny 'sshd: ALL EXCEPT 203.0.113.9 # ALL\n' '1 wrapper.trailing-comment' \
	192.0.2.1 grant 'behind EXCEPT it spares everyone'
deny 'sshd: 192.0.2.1\nsshd: 198.51.100.\nsshd: 198.51.100.9 192.0.2.1\n' \
	'3 wrapper.duplicate' 198.51.100.9 deny 'an entry that is there already'
allow 'ALL: 203.0.113.0/24: deny\nsshd: 203.0.113.9\n' '2 wrapper.shadowed' \
	203.0.113.9 deny 'a rule behind one that decides otherwise'
allow 'sshd: [2001:db8::]/32\nsshd: [2001:db8:1::]/48: deny\n' \
	'2 wrapper.shadowed' 2001:db8:1::1 grant 'the same for IPv6'

for name in ssh openssh sshd-session /usr/sbin/sshd sshd-22 ssh.service; do
	deny "$name: ALL\n" '1 wrapper.daemon-name' 203.0.113.9 grant \
		"$name as daemon"
done

deny 'sshd: 192.168.0.1/24\n' '1 wrapper.host-bits' 192.168.0.1 grant \
	'host bits in a CIDR'
deny 'sshd: 192.168.0.1/255.255.255.0\n' '1 wrapper.host-bits' 192.168.0.1 \
	grant 'host bits in a net with mask'
deny 'sshd: 0.0.0.0/0\n' '1 wrapper.mask-zero' 203.0.113.9 grant 'a /0'
deny 'sshd: 203.0.113.9/255.255.255.255\n' '1 wrapper.mask-all-ones' \
	203.0.113.9 grant 'a mask of ones'
deny 'sshd: 203.0.113.9/33\n' '1 wrapper.mask-range' 203.0.113.9 grant 'a /33'
deny 'sshd: [2001:db8::]/129\n' '1 wrapper.mask-range' 2001:db8::1 grant \
	'a /129'
deny 'sshd: 10/8\n' '1 wrapper.short-net' 10.0.0.1 grant 'a short net'
deny 'sshd: 203.0.113\n' '1 wrapper.prefix-dot' 203.0.113.9 grant \
	'a prefix without dot'
deny 'sshd: 203.0.113.09\n' '1 wrapper.address-form' 203.0.113.9 grant \
	'a leading zero'
deny 'sshd: 203.0.113.256\n' '1 wrapper.address-form' 203.0.113.9 grant \
	'a number above 255'
deny 'sshd: 203.0.113.9.\n' '1 wrapper.address-form' 203.0.113.9 grant \
	'a dot behind four numbers'
deny 'sshd: 203.0.113.1-203.0.113.20\n' '1 wrapper.range' 203.0.113.9 grant \
	'a range'
deny 'sshd: !192.0.2.1\n' '1 wrapper.negation' 203.0.113.9 grant 'a negation'
deny 'sshd: 192.0.2.1;203.0.113.9\n' '1 wrapper.separator' 203.0.113.9 grant \
	'a semicolon'
deny 'sshd: [203.0.113.9]\n' '1 wrapper.v4-in-brackets' 203.0.113.9 grant \
	'IPv4 in brackets'
deny 'sshd: [::ffff:203.0.113.9]\n' '1 wrapper.v4-mapped' \
	::ffff:203.0.113.9 grant 'IPv4 as IPv6'
deny 'sshd: 2001:db8::1\n' '1 wrapper.unbracketed-v6' 2001:db8::1 grant \
	'IPv6 without brackets, as DenyHosts writes it'
deny 'ALL:2001:db8::1\n' '1 wrapper.unbracketed-v6' 2001:db8::1 grant \
	'and as Wazuh does'
allow 'sshd: 203.0.113.9 2001:db8::1\n' '1 wrapper.unbracketed-v6' \
	203.0.113.9 deny 'it denies who stands before it'
deny 'sshd: [2001:db8::/64]\n' '1 wrapper.mask-in-brackets' 2001:db8::1 grant \
	'a mask inside of the brackets'
deny 'sshd: [2001:db8::*]\n' '1 wrapper.v6-form' 2001:db8::1 grant \
	'no address in brackets'
for mask in ffff x ''; do
	allow "sshd: [2001:db8::]/$mask\n" '1 wrapper.mask-matches-all' \
		fd00::1 grant "a mask of '$mask' matches everyone of IPv6"
done

deny "sshd: $work/none\n" '1 wrapper.list-missing' 203.0.113.9 grant \
	'a list that is not there'
echo "$work/loop" >loop
deny "sshd: $work/loop\n" '1 wrapper.list-loop' 203.0.113.9 deny \
	'a list that names itself'
printf '192.0.2.1\n%09000d\n' 0 >long
deny "sshd: $work/long\n" '2 wrapper.list-long-entry' 203.0.113.9 deny \
	'an entry that libwrap dies of'
printf '# bad\n192.0.2.1\n' >list
deny "sshd: $work/list\n" '1 wrapper.list-comment' 203.0.113.9 grant \
	'a comment in a list'
printf '# ALL of them\n192.0.2.1\n' >list
deny "sshd: $work/list\n" '1 wrapper.comment-matches-all' 203.0.113.9 deny \
	'a comment with ALL in a list'
printf '192.0.2.1,\n' >list
deny "sshd: $work/list\n" '1 wrapper.separator' 192.0.2.1 grant \
	'a comma in a list'
printf '10.0.0.1/8\n' >list
deny "sshd: $work/list\n" '1 wrapper.host-bits' 10.0.0.1 grant \
	'host bits in a list'

deny 'sshd: [2001:db8::1]\n' '1 wrapper.lookup-v6' '' '' 'IPv6 without mask'
for name in host.example .example KNOWN LOCAL '203.0.113.*'; do
	deny "sshd: $name\n" '1 wrapper.lookup' '' '' "$name asks the DNS"
done
deny 'ALL: PARANOID\n' '1 wrapper.paranoid' '' '' 'PARANOID'
deny 'sshd: @staff\n' '1 wrapper.netgroup' '' '' 'a netgroup'
deny 'sshd: me@203.0.113.9\n' '1 wrapper.user' '' '' 'a user'

allow 'sshd: 203.0.113.9: allow: deny\n' '1 wrapper.option-not-last' \
	203.0.113.9 deny 'allow before another option'
allow 'sshd: 203.0.113.9: allow # me\n' '1 wrapper.option-not-last' \
	203.0.113.9 deny 'a comment behind allow'
allow 'sshd: 203.0.113.9 :\n' '1 wrapper.option-empty' 203.0.113.9 deny \
	'an empty option'
allow 'sshd: 203.0.113.9: /usr/bin/mail root\n' \
	'1 wrapper.command-without-spawn' 203.0.113.9 deny \
	'a command without spawn'
allow 'sshd: 203.0.113.9: permit\n' '1 wrapper.option-unknown' 203.0.113.9 \
	deny 'an unknown option'
allow 'sshd: 203.0.113.9: umask 9\n' '1 wrapper.option-value' 203.0.113.9 \
	deny 'a wrong value'
allow 'sshd: 203.0.113.9: severity authpriv.info\n' '1 wrapper.severity' \
	203.0.113.9 deny 'severity authpriv'
deny 'sshd: 192.0.2.1: twist /bin/echo no\n' '1 wrapper.twist' 192.0.2.1 deny \
	'twist'
deny 'sshd: 192.0.2.1: user nobody\n' '1 wrapper.user-no-effect' '' '' 'user'

deny '# DenyHosts: Sun Nov 22 08:02:29 2026 | sshd: 192.0.2.5
sshd: 192.0.2.5\nALL:192.0.2.6\n' '0 wrapper.two-tools' '' '' 'two tools'

is "$(grep -v '^Segmentation fault' printed)" '' \
	'tcpdchk prints nothing about any of them, and dies of some'

# --- both tables, and what is no table -----------------------------------------

root=$work/root
mkdir -p "$root/etc" "$root/usr/sbin"

# tree ALLOW DENY: findings of a copied-off host, as FILE CODE.
tree()
{
	printf '%b' "$1" >"$root/etc/hosts.allow"
	printf '%b' "$2" >"$root/etc/hosts.deny"
	told
}

told()
{
	"$builddir/sshwhy" check --root "$root" --only wrapper --json |
		jq -r '"\(.file | sub(".*/"; "")) \(.code)"'
}

# planted "FILE CODE" GOT NAME
planted()
{
	is "$(printf '%s\n' "$2" | grep -Fx -e "$1")" "$1" "$3: ${1#* }"
	echo "${1#* }" >>seen
}

planted 'hosts.deny wrapper.aclexec-bypass' "$(tree \
	'sshd: 192.0.2.1: aclexec /bin/false\n' 'ALL: ALL: severity info\n')" \
	'a failed aclexec and a rule with options'
cp "$root"/etc/hosts.* .
is "$(decides 192.0.2.1)" grant '  libwrap: lets in whom hosts.deny denies'
planted 'hosts.deny wrapper.shadowed' \
	"$(tree 'sshd: 192.0.2.\n' 'sshd: 192.0.2.9\n')" \
	'hosts.allow decides before hosts.deny'
cp "$root"/etc/hosts.* .
is "$(decides 192.0.2.9)" grant '  libwrap: lets it in'
unlike "$(tree 'sshd: 192.0.2. EXCEPT 192.0.2.9\n' 'sshd: 192.0.2.9\n')" . \
	'an exception is no shadow'
unlike "$(tree 'in.ftpd: ALL\n' 'sshd: 192.0.2.9\n')" . \
	'a rule for another daemon is none'

tree '' '' >/dev/null
echo 'no such library' >"$root/usr/sbin/sshd"
planted 'hosts.deny wrapper.sshd-without-libwrap' \
	"$(tree '' 'sshd: 192.0.2.9\n')" 'an sshd without libwrap'
echo 'libwrap.so.0' >"$root/usr/sbin/sshd"
is "$(told)" '' 'one with libwrap is fine'

chmod 666 "$root/etc/hosts.deny"
planted 'hosts.deny wrapper.writable' "$(told)" 'a table that anyone may write'
rm "$root/etc/hosts.deny"
mkfifo "$root/etc/hosts.deny"
planted 'hosts.deny wrapper.not-a-file' "$(told)" 'a FIFO'
rm "$root/etc/hosts.deny"
mkdir "$root/etc/hosts.deny"
planted 'hosts.deny wrapper.folder' "$(told)" 'a folder'
rmdir "$root/etc/hosts.deny"
ln -s /nonexistent/hosts.deny "$root/etc/hosts.deny"
planted 'hosts.deny wrapper.dangling-link' "$(told)" 'a link to nowhere'
for file in allow deny; do
	rm -f "$root"/etc/hosts.*
	ln -s "hosts.$file" "$root/etc/hosts.$file"
	code=wrapper.not-opened
	[ $file = deny ] || code=wrapper.not-opened-allow
	planted "hosts.$file $code" "$(told)" 'a link to itself'
done
rm -f "$root"/etc/hosts.*
is "$(told)" '' 'no tables, no findings'

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$work" "$root" "$root/etc"
	tree '' 'sshd: 192.0.2.1\n' >/dev/null
	chmod 600 "$root/etc/hosts.deny"
	setpriv --reuid=65534 --clear-groups "$builddir/sshwhy" check --json \
		--only wrapper --root "$root" >"$work/out" 2>&1
	is "$? $(jq -r .code "$work/out")" '2 wrapper.unseen' \
		'a table that this user may not read leaves it open'
	echo wrapper.unseen >>seen
else
	skip 'needs root' 'a table that may not be read'
	echo wrapper.unseen >>seen
fi

# --- no false alarms -------------------------------------------------------------

cat >hosts.deny <<'TEXT'
# ALL: ALL
sshd, sshd2: 192.0.2.1, 192.0.2.128/25 198.51.100. \
	203.0.113.0/255.255.255.0
22: 192.0.2.2
ssh sshd: 192.0.2.3
ALL EXCEPT in.ftpd: [2001:db8::]/32 [2001:db9::1]/128
sshd@192.0.2.99: 192.0.2.3 : spawn /usr/bin/logger %a&
portmap: ALL EXCEPT 192.0.2.4
sshd: 10.0.0.0/8 EXCEPT 10.1.0.0/16: severity auth.info: deny
###sshguard###
ALL : 192.0.2.20 : DENY
ALL :  : DENY
###sshguard###
sshd: ALL
TEXT
why check hosts.deny
is "$status $out" '0 0 errors, 0 warnings, 0 notes' \
	'right rules of every kind give no finding'
printf '# DenyHosts: Sun Nov 22 08:02:29 2026 | sshd: 192.0.2.5
sshd: 192.0.2.5\n' >hosts.deny
why check hosts.deny
is "$status $out" '0 0 errors, 0 warnings, 0 notes' 'nor does one tool'

is "$(sed -n 's/^CHECK([A-Z0-9_]*, "\(wrapper\.[a-z0-9-]*\)".*/\1/p' "$def" |
	sort)" "$(sort -u seen)" 'every code of the table was planted'
done_testing
