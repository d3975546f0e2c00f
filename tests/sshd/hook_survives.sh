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
	END=${answer##* }
	TOOK=${answer#* }
	TOOK=${TOOK% *}
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

is_between()
{
	[ "$1" -ge "$2" ] && [ "$1" -lt "$3" ]
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
holds "refuse-delay = 0 does not keep the client" is_between "$TOOK" 0 2000000
configure 2s
connect 127.0.2.1
holds "refuse-delay = 2s keeps it for two" is_between "$TOOK" 2000000 4500000
rm "$config"
connect 127.0.2.1
holds "without a configuration it is five" is_between "$TOOK" 5000000 8000000

SSHD_EXPECT='sshwhy: /etc/security/sshwhy.conf:0: '
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

: >"$trail"
open_before=$(find "/proc/$SSHD_PID/fd" -type l | wc -l)
ends=$(knock_from 127.0.2.2 1000 | awk '$3 != "banner"' | wc -l)
is "$ends" 1000 "a thousand clients are refused in a row"
is "$(find "/proc/$SSHD_PID/fd" -type l | wc -l)" "$open_before" \
	"a thousand refusals leave no descriptor open"
connect 127.0.2.3
wait_for "$trail" "\"port\":$PORT}"
is "$(jq -r 'select(.rule.line == 1) | .client.addr' "$trail" |
	grep -c 127.0.2.2)" 1000 "a thousand refusals are a thousand records"
is "$(jq -s 'map(.seqno) | (max - min + 1) == (unique | length)' "$trail")" \
	true "their numbers have no gap"
sshd_stop

# Each version has its rule on another line, and another rule.
rewrite()
{
	version=$((${version:-0} + 1))
	{
		yes '# nothing' | head -n $((version % 40))
		echo "sshd: 127.0.2.5 192.0.2.$((version % 40 + 1))"
	} >"$W/version"
	case $((version % 3)) in
	0) dd if="$W/version" of=/etc/hosts.deny bs=16 status=none ;;
	*) mv "$W/version" /etc/hosts.deny ;;
	esac
}

rewrite_for_ever()
{
	while :; do
		rewrite
	done
}

# On a busy machine a writer may find SW_STATE_WRITERS others at work: that
# refusal is counted in the state file instead.
lost()
{
	od -An -tu8 -j16 -N8 /run/sshwhy/state | tr -d ' '
}

configure 0
rm -f "$trail"
lost_before=$(lost)
rewrite
sshd_start || bail "sshd does not start"
rewrite_for_ever &
writer=$!
knock_from 127.0.2.5 300 >"$W/knocks"
kill "$writer"
wait "$writer" 2>/dev/null
rewrite
connect 127.0.2.5
recorded >/dev/null
denied=$(awk '$3 != "banner"' "$W/knocks" | wc -l)
counted=$(($(lost) - lost_before))
is $(($(jq -s length "$trail") + counted)) $((denied + 1)) \
	"each refusal by a table that is being rewritten is recorded or counted"
is "$(jq -r 'select(.cause == "wrapper.deny") |
	"\(.rule.line) \(.rule.text | split(".")[-1])"' "$trail" |
	awk '$1 != $2')" '' "a rule that is named stands where it is said to"
is "$(jq -r '.cause' "$trail" | sort -u |
	grep -v -x -e wrapper.deny -e wrapper.broken-rule)" '' \
	"a table that is being rewritten has rules, or is broken"
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
