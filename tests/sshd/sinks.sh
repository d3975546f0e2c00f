#!/bin/sh
# sinks.sh - the sinks on a full disk, without audit, without the right to audit,
# and with an auditd that has stopped reading.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd)
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"

emitter=$builddir/tests/tools/emit_record
[ -x "$emitter" ] || skip_all "tests/tools/emit_record is not built"
[ "$(id -u)" -eq 0 ] || skip_all 'needs root'

# The program writes to /run and /var/log: they are mounted over, for it alone.
if [ -z "${SINKS_WORLD:-}" ]; then
	unshare -mn true 2>/dev/null || skip_all 'needs private namespaces'
	SINKS_WORLD=$(mktemp -d) || bail 'no temporary folder'
	export SINKS_WORLD srcdir builddir
	trap 'rm -rf "$SINKS_WORLD"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -mn --propagation private -- /bin/sh "$0"
	exit $?
fi
work=$SINKS_WORLD
log=/var/log/sshwhy/rejections.jsonl
stopped=

end()
{
	[ -z "$stopped" ] || kill -CONT "$stopped"
	audit_end
}
trap end EXIT
trap 'exit 129' HUP INT TERM
{ mount -t tmpfs none /var/log && mount -t tmpfs -o mode=755 none /run; } ||
	bail 'nothing can be mounted here'

whole_lines()
{
	[ -s "$1" ] && ! grep -v '^{"event":"rejection",.*}$' "$1" &&
		[ "$(tail -c 1 "$1" | od -An -tx1 | tr -d ' ')" = 0a ]
}

records()
{
	grep -c . "$1" 2>/dev/null || true
}

emit()
{
	"$emitter" -a 198.18.0.1 -n 1 "$@" >"$work/longest"
}

# --- the file ---------------------------------------------------------------

holds 'a record reaches the file' emit -k file -f "$log"
is "$(stat -c '%A %U %G' /var/log/sshwhy)" 'drwxr-x--- root adm' \
	'its folder is for root and adm'
is "$(stat -c '%A %U %G' "$log")" '-rw-r----- root adm' 'and so is the file'

mkdir "$work/small"
mount -t tmpfs -o size=32k,mode=755 none "$work/small" ||
	bail 'no small file system'
small=$work/small/sshwhy/rejections.jsonl
fails 'a full disk is told' emit -k file -f "$small" -x 200
holds 'and no torn line is left on it' whole_lines "$small"
before=$(records "$small")
head -c 4096 /dev/zero >"$work/ballast"
mount -o remount,size=48k "$work/small"
holds 'with room again it goes on' emit -k file -f "$small"
is "$(records "$small")" $((before + 1)) 'with a line of its own'
holds 'and all lines are whole' whole_lines "$small"

mount -t tmpfs -o size=16k,mode=755 none /run || bail 'no small /run'
head -c 16384 /dev/zero >/run/full 2>/dev/null
holds 'a full /run costs the number, not the record' \
	emit -k report -x 3
like "$(tail -n 1 "$log")" '"seqno":null,' 'which says that it has none'
umount /run

# --- audit ------------------------------------------------------------------

if ! audit_begin "$work"; then
	skip "$AUDIT_WHY" 'the audit trail'
	done_testing
fi

in_trail()
{
	audit_flush
	ausearch -if "$AUDIT_LOG" --raw -m ANOM_LOGIN_LOCATION -hn "$1" -w \
		2>/dev/null </dev/null | grep -c op=ssh-reject
}

# as ADDRESS COMMAND...: one record for that address by "auto"; where it went.
where()
{
	_address=$1
	shift
	rm -f "$log"
	"$@" "$emitter" -k auto -a "$_address" -n 7 >/dev/null
	echo "status $? file $(records "$log") trail $(in_trail "$_address")"
}

is "$(where 198.18.1.1 env)" 'status 0 file  trail 1' \
	'with audit on, a record is in the trail only'
is "$(where 198.18.1.2 setpriv --bounding-set=-audit_write)" \
	'status 0 file 1 trail 0' \
	'without the right to audit it is in the file'
# Any user may have an audit socket, and leave it unread.
mkfifo "$work/deaf" "$work/deafened"
python3 "$srcdir/tests/tools/deaf.py" <"$work/deaf" >"$work/deafened" &
exec 8>"$work/deaf"
read -r _ <"$work/deafened"
is "$(where 198.18.1.6 env)" 'status 0 file  trail 1' \
	'a user who does not read does not keep it out of the trail'
exec 8>&-
"$emitter" -k audit -n 8 >/dev/null
audit_flush
like "$(grep -a ' seqno=8 ' "$AUDIT_LOG")" \
	' hostname=\? addr=\? terminal=ssh res=failed' \
	'an unknown client has no name and no address'

if [ -n "$AUDIT_OURS" ]; then
	auditctl -e 0 >/dev/null
	rm -f "$log"
	"$emitter" -k auto -a 198.18.1.3 >/dev/null
	is "$? $(records "$log")" '0 1' 'with audit off it is in the file'
	auditctl -e 1 >/dev/null
	is "$(in_trail 198.18.1.3)" 0 'and not in the trail'
fi

holds 'a session reports' emit -k report -a 198.18.1.4
is "$(in_trail 198.18.1.4)" 1 'and its record is in the trail'

# --- an auditd that is stuck --------------------------------------------------

if [ -z "$AUDIT_OURS" ]; then
	skip 'the auditd is not ours to stop' 'a stuck auditd'
	done_testing
fi
: >"$log"
auditctl -b 64 --backlog_wait_time 100 >/dev/null
kill -STOP "$AUDIT_OURS"
stopped=$AUDIT_OURS
"$emitter" -k report -a 198.18.1.5 -x 400 >"$work/longest"
kill -CONT "$stopped"
stopped=
longest=$(cat "$work/longest")
diag "the longest of 400 reports took $longest ms"
holds 'a session waits a moment for an auditd that is stuck' \
	test "$longest" -lt 4000
# Writers that still waited have ended when their places are free again.
lost()
{
	echo $(($(od -An -v -t u8 -j 16 -N 8 /run/sshwhy/state)))
}
patience=$(($(date +%s) + 120))
# The kernel drops, uncounted, what it took for an auditd that it has given up:
# a record is in the file while one is behind. Each has a number of its own.
arrived()
{
	audit_flush
	{
		ausearch -if "$AUDIT_LOG" -hn 198.18.1.5 -w --raw \
			2>/dev/null </dev/null |
			sed -n 's/.* seqno=\([0-9]*\) .*/\1/p'
		jq 'select(.client.addr == "198.18.1.5") | .seqno' "$log"
	} | sort -u | wc -l
}

arrived=$(arrived)
until [ $((arrived + $(lost))) -ge 400 ] || [ "$(date +%s)" -ge "$patience" ]
do
	sleep 0.1
	arrived=$(arrived)
done
diag "$arrived arrived, $(wc -l <"$log") of them in the file;" \
	"$(lost) were counted as lost"
holds 'most of what was written arrives' test "$arrived" -gt 200
is $((arrived + $(lost))) 400 'and the rest was counted'

done_testing
