#!/bin/sh
# Whatever goes wrong around the hook, sshd refuses whom libwrap refuses and
# lets everyone else in; and what is recorded is right.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
sshd_world "$0" "$@"

SSHD_PRELOAD=$SSHD_HOOK
config=/etc/security/sshwhy.conf
trail=/var/log/sshwhy/rejections.jsonl
mkdir -p /etc/security
echo 'sshd: 127.0.2.0/255.255.255.0' >/etc/hosts.deny

configure()
{
	rm -rf "$config"
	printf 'sinks = file\nrefuse-delay = %s\n' "$1" >"$config"
}

# One connection: its PORT, what the client saw, and after how many us.
connect()
{
	answer=$(knock_from "$1")
	PORT=${answer%% *}
	END=$(echo "$answer" | cut -d" " -f3)
	TOOK=${answer#* }
	TOOK=${TOOK%% *}
}

# As recorded of the last connection, once it is.
recorded()
{
	wait_for "$trail" "\"port\":$PORT}" &&
		jq -r --argjson port "$PORT" "select(.client.port == \$port) |
			\"\(.cause) \(.rule.source):\(.rule.line)\"" "$trail"
}

# still_works NAME: refuses and lets in.
still_works()
{
	connect 127.0.2.1
	is "$END" closed "$1: the client is refused"
	is "$(ssh_from 127.0.0.9 echo in)" in "$1: the login works"
}

# took FROM BELOW: so many seconds the last client was kept.
took()
{
	[ "$TOOK" -ge "${1}000000" ] && [ "$TOOK" -lt "${2}000000" ]
}

sshd_start || bail "sshd does not start"

is "$(ssh_from 127.0.0.9 echo in)" in "a login works"
fails "a login that is let in makes no state file" test -e /run/sshwhy/state
fails "nor a trail" test -e "$trail"
if command -v tcpdmatch >/dev/null; then
	is "$(LD_PRELOAD=$SSHD_HOOK tcpdmatch sshd 127.0.2.1 2>/dev/null |
		sed -n 's/^access: *//p')" denied \
		"another program than sshd asks libwrap as without the hook"
	fails "and leaves no trail" test -e "$trail"
else
	skip "tcpdmatch is not installed" "another program asks libwrap"
fi

configure 0
still_works "a configuration"
is "$(recorded)" 'wrapper.deny /etc/hosts.deny:1' "and the rule is recorded"
holds "refuse-delay = 0 does not keep the client for libwrap's five" took 0 5
configure 2s
connect 127.0.2.1
holds "refuse-delay = 2s keeps it for two" took 2 5
rm "$config"
connect 127.0.2.1
holds "without a configuration it is five" took 5 60

SSHD_EXPECT='sshwhy\[[0-9]*\]: /etc/security/sshwhy.conf:0: '
configure 0
chmod 0666 "$config"
still_works "a configuration that anyone can write"
holds "a configuration that anyone can write is named" \
	wait_for "$SSHD_LOG" "$SSHD_EXPECT"
rm "$config"
mkdir "$config"
still_works "a folder as configuration"

configure 0
mount -t tmpfs -o size=4k,mode=0750 tmpfs /var/log/sshwhy
head -c 4096 /dev/zero >/var/log/sshwhy/full
still_works "a full disk"
is "$(cat "$trail" 2>/dev/null)" '' "a full disk holds no half record"
umount /var/log/sshwhy

# The state file has two counters: the number that was given out last, and of
# how many refusals there is no record. On a busy machine a writer may find
# SW_STATE_WRITERS others at work, and then only counts.
counter()
{
	od -An -tu8 -j"$1" -N8 /run/sshwhy/state | tr -d ' '
}

count_from_here()
{
	: >"$trail"
	number_before=$(counter 8)
	lost_before=$(counter 16)
}

lost()
{
	echo $(($(counter 16) - lost_before))
}

accounts_for()
{
	[ $(($(wc -l <"$trail") + $(lost))) -ge "$1" ]
}

# are_accounted_for COUNT WHICH: so many refusals, and no other one. A writer
# may still be at work when its client is gone.
are_accounted_for()
{
	wait_until accounts_for "$1"
	is "$(($(jq -s length "$trail") + $(lost)))" "$1" \
		"$2 are recorded, or counted where eight others were at work"
	is "$(($(counter 8) - number_before))" "$1" "$2 have a number each"
	is "$(jq -r .seqno "$trail" | sort -n | uniq -d)" '' \
		"$2 have no number twice"
	diag "recorded: $(wc -l <"$trail"), only counted: $(lost)"
}

count_from_here
open_before=$(find "/proc/$SSHD_PID/fd" -type l | wc -l)
ends=$(knock_from 127.0.2.2 1000 | awk '$3 != "banner"' | wc -l)
is "$ends" 1000 "a thousand clients are refused in a row"
is "$(find "/proc/$SSHD_PID/fd" -type l | wc -l)" "$open_before" \
	"a thousand refusals leave no descriptor open"
are_accounted_for 1000 "a thousand refusals"
is "$(jq -r '"\(.rule.line) \(.client.addr)"' "$trail" | sort -u)" \
	'1 127.0.2.2' "each of them names the rule and the client"
sshd_stop

# Each version has its rule on another line, and another rule. It takes the
# place of the last one at once, or piece by piece, or behind a moment without
# any table.
rewrite()
{
	version=$((${version:-0} + 1))
	{
		yes '# nothing' | head -n $((version % 40))
		echo "sshd: 127.0.2.5 192.0.2.$((version % 40 + 1))"
	} >/etc/hosts.version
	case $((version % 3)) in
	0) dd if=/etc/hosts.version of=/etc/hosts.deny bs=16 status=none ;;
	1) mv /etc/hosts.version /etc/hosts.deny ;;
	2)
		rm -f /etc/hosts.deny
		mv /etc/hosts.version /etc/hosts.deny
		;;
	esac
}

# Its last version is whole: it is never killed amid one.
rewrite_until_told()
{
	until [ -e "$W/enough" ]; do
		rewrite
	done
}

configure 0
count_from_here
rewrite
sshd_start || bail "sshd does not start"
rewrite_until_told &
writer=$!
knock_from 127.0.2.5 300 >"$W/knocks"
: >"$W/enough"
wait "$writer"
connect 127.0.2.5
is "$END" closed "the version that stays refuses"
denied=$(awk '$3 != "banner"' "$W/knocks" | wc -l)
holds "most clients met a table with a rule" test "$denied" -gt 100
are_accounted_for $((denied + 1)) "refusals by a table that is being rewritten"
is "$(jq -r 'select(.cause == "wrapper.deny") |
	"\(.rule.line) \(.rule.text | split(".")[-1])"' "$trail" |
	awk '$1 != $2')" '' "a rule that is named stands where it is said to"
is "$(jq -r '.cause' "$trail" | sort -u |
	grep -v -x -e wrapper.deny -e wrapper.broken-rule)" '' \
	"a table that is being rewritten has rules, or is broken"
holds "many versions were met" test "$(jq -r .rule.line "$trail" |
	sort -u | wc -l)" -gt 10
sshd_stop

mkdir "$W/lib"
libwrap=$(ldd "$SSHD" | awk '$1 == "libwrap.so.0" { print $3 }')
if [ -n "$libwrap" ]; then
	python3 "$srcdir/tests/tools/symbolic.py" "$libwrap" \
		"$W/lib/libwrap.so.0" || bail "no libwrap bound to itself"
	SSHD_SESSION_ENV="LD_LIBRARY_PATH=$W/lib"
	echo 'sshd: 127.0.2.0/255.255.255.0' >/etc/hosts.deny
	: >"$trail"
	sshd_start || bail "sshd does not start with that libwrap"
	still_works "a libwrap that is bound to itself"
	is "$(recorded)" 'wrapper.deny null:null' "of it no rule is named"
	is "$(jq -r .rule.text "$trail")" 'attribution unavailable' \
		"of it the record says so"
	sshd_stop
fi
done_testing
