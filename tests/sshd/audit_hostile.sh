#!/bin/sh
# audit_hostile.sh - whatever a client, a rule or a file says, ausearch, aureport
# and libauparse find the record by what is true of it, and by nothing else.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd)
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"

# Bytes of any kind are read.
LC_ALL=C
export LC_ALL

TYPE=ANOM_LOGIN_LOCATION
emitter=$builddir/tests/tools/emit_record
fields=$builddir/tests/tools/audit_fields
[ -x "$emitter" ] || skip_all "tests/tools/emit_record is not built"

work=$(mktemp -d) || bail "no temporary folder"
end()
{
	audit_end
	rm -rf "$work"
}
trap end EXIT
trap 'exit 129' HUP INT TERM
audit_begin "$work" || skip_all "$AUDIT_WHY"
# Nothing is lost because a queue of 64 was full.
auditctl -b 8192 >/dev/null

# comm= is the name of the program.
sshd=$work/sshd
cp "$emitter" "$sshd"

# Everything that a reader could take for a field of the record.
forged='res=success hostname=192.0.2.66 addr=192.0.2.66 terminal=tty1 uid=5'
forged="$forged auid=5 ses=5 pid=1 comm=evil exe=/bin/evil acct=evil id=5"

payloads()
{
	payload "$forged"
	payload "'$forged'"
	payload "\"$forged\""
	payload "x' $forged"
	payload 'x" '"$forged"
	payload "$(printf 'x\n%s' "$forged")"
	payload "$(printf 'x\r\n%s' "type=USER_LOGIN msg=audit(1.0:1): $forged")"
	payload "$(printf 'x\035UID="evil" AUID="evil" %s' "$forged")"
	payload "$(printf '\377\376\300\200 %s' "$forged")"
	payload "$(printf '\033[31m\b\001\177 %s' "$forged")"
	payload 'xuid=0'
	payload 'xuid=5'
	payload 'hostname=evil,'
	payload 'a,b,res=success,hostname=192.0.2.66,'
	payload '%0Ares=success%20'
	payload '72657373756363657373'
	payload '(null)'
	payload '?'
	payload "$(head -c 2046 /dev/zero | tr '\0' A)"
	payload "$(head -c 2046 /dev/zero | tr '\0' '\035')"
	payload "$(head -c 1020 /dev/zero | tr '\0' "'") $forged"
}

# Each payload in each field, and in all at once; every record has a number of
# its own and the address 198.18.0.NUMBER.
count=0
emit()
{
	count=$((count + 1))
	"$sshd" -n "$count" -a "198.18.0.$count" "$@" >/dev/null || {
		diag "record $count was refused: $?"
		refused=1
	}
}

payload()
{
	emit -t "$1"
	emit -u "$1"
	emit -s "$1"
	emit -o "$1"
	emit -r "$1"
	emit -t "$1" -u "$1" -s "$1" -o "$1" -r "$1"
}

# The numbers of our records in what ausearch found, in order.
found()
{
	ausearch -if "$AUDIT_LOG" --raw "$@" 2>/dev/null </dev/null |
		sed -n 's/.*op=ssh-reject .* seqno=\([0-9]*\) .*/\1/p' |
		sort -n | tr '\n' ' '
}

start=$(date '+%H:%M:%S')
refused=0
payloads
is "$refused" 0 "$count hostile records are accepted by the kernel"
holds 'they stand in the log' audit_flush
all=$(seq 1 "$count" | tr '\n' ' ')

# finds NAME OPTION...: all of them, each once.
finds()
{
	_name=$1
	shift
	is "$(found -ts "$start" "$@")" "$all" "$_name finds every record once"
}

# misses NAME OPTION...: none of them.
misses()
{
	_name=$1
	shift
	is "$(found -ts "$start" "$@")" '' "$_name finds none"
}

finds 'the type' -m "$TYPE"
finds 'the result no' -m "$TYPE" -sv no
finds 'the program' -m "$TYPE" -x "$sshd"
finds 'the command' -m "$TYPE" -c sshd
finds 'the terminal' -m "$TYPE" -tm ssh
finds 'the user id' -m "$TYPE" -ui 0
finds 'all user ids of root' -m "$TYPE" -ua 0
finds 'the network they are of' -m "$TYPE" -hn 198.18.0.

misses 'the result yes' -sv yes -m "$TYPE"
misses 'the result yes without a type' -sv yes
misses 'another host' -hn 192.0.2.66
misses 'a host name' -hn evil
misses 'another terminal' -tm tty1
misses 'another program' -x /bin/evil
misses 'another command' -c evil
misses 'another user id' -ui 5
misses 'another login id' -ul 5
misses 'another session' --session 5
misses 'another process' -p 1
misses 'another type' -m USER_LOGIN
misses 'another user of any kind' -ua 5

wrong=
for number in $all; do
	[ "$(found -m "$TYPE" -hn "198.18.0.$number" -w)" = "$number " ] ||
		wrong="$wrong $number"
done
is "$wrong" '' 'the address as a word finds its own record alone'

report=$(aureport -if "$AUDIT_LOG" --anomaly -ts "$start" </dev/null 2>&1 |
	awk -v type="$TYPE" -v exe="$sshd" '$4 == type && $5 == exe &&
		$6 == "ssh" && $8 ~ /^(-1|unset)$/ && NF == 9 { print $7 }' |
	sed 's/^198\.18\.0\.//' | sort -n | tr '\n' ' ')
is "$report" "$all" 'aureport --anomaly shows program, terminal and host'

text=$(ausearch -if "$AUDIT_LOG" -m "$TYPE" -ts "$start" --format text \
	</dev/null 2>/dev/null | grep -ac 'unsuccessfully attempted-log-in')
is "$text" "$count" 'as sentences all of them are unsuccessful'

lines=$(ausearch -if "$AUDIT_LOG" -m "$TYPE" -ts "$start" -i </dev/null \
	2>/dev/null | grep -ac "^type=$TYPE .* res=failed")
is "$lines" "$count" 'interpreted, each is one line that ends as it should'

columns=$(ausearch -if "$AUDIT_LOG" -m "$TYPE" -ts "$start" --format csv \
	</dev/null 2>/dev/null | awk -F, '{ print NF }' | sort -u)
is "$columns" 16 'as csv all of them have its 16 columns'

if [ ! -x "$fields" ]; then
	skip 'built without libauparse-dev' 'libauparse finds the same'
	done_testing
fi
parsed=$("$fields" "$AUDIT_LOG") || bail "libauparse cannot read the log"
is "$(printf '%s\n' "$parsed" | awk '{ print $1 }' | sort -n |
	tr '\n' ' ')" "$all" 'libauparse finds every record once'
unlike "$(printf '%s\n' "$parsed" | awk -v type="$TYPE" '
	$2 != type || $3 != "198.18.0." $1 || $4 != $3 || $5 != "ssh" ||
	$6 != "failed" || $7 != "0" || $8 != "\"sshd\"" { print "wrong " $0 }')" \
	wrong 'libauparse finds type, host, terminal, result, user and command'

# subj= is there where a security module is.
names='^type,pid,uid,auid,ses(,subj)?,op,reason(,rule)?(,cmd)?(,owner)?,via,'
names="$names"'evidence,seqno,count(,root)?,spid,rport(,laddr)?,lport,acct,comm,'
names="$names"'exe,hostname,addr,terminal,res(,UID,AUID)?$'
is "$(printf '%s\n' "$parsed" | awk '{ print $11 }' |
	grep -Evc "$names")" 0 'libauparse finds no field that is not ours'
printf '%s\n' "$parsed" | awk '{ print $11 }' | grep -Ev "$names" | sort -u |
	while read -r line; do diag "fields: $line"; done

# What a rule said comes back byte by byte where it was not shortened.
is "$(printf '%s\n' "$parsed" | awk '$1 == 1 { print $10 }')" \
	"$(printf '%s' "$forged" | od -An -v -tx1 | tr -d ' \n')" \
	'libauparse gives the text of a rule back as it was'
is "$(printf '%s\n' "$parsed" | awk '$1 == 62 { print $9 }')" \
	"$(printf 'xuid=0' | od -An -v -tx1 | tr -d ' \n')" \
	'libauparse gives the name of a user back as it was'

done_testing
