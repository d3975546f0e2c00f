#!/bin/sh
# list.sh - sshwhy list: rows, filters, gaps, damage, exit statuses.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

why list --log audit.log
is "$status" 0 'a list exits with 0'
is "$err" 'sshwhy: 2 records missing' 'missing numbers are said on stderr'
is "$out" "$(cat <<'TEXT'
2026-11-22T07:20:00+00:00  203.0.113.5:51001  wrapper.deny  /etc/hosts.deny:4  "sshd: 203.0.113.0/255.255.255.0"  by DenyHosts
2026-11-22T07:21:00+00:00  203.0.113.5:51002  wrapper.deny  /etc/hosts.deny:4  "sshd: 203.0.113.0/255.255.255.0"  x13  by DenyHosts
2026-11-22T07:21:40+00:00  198.51.100.7:40000  limit.max-startups  /etc/ssh/sshd_config:31  "MaxStartups 10:30:100"
2026-11-22T07:23:20+00:00  198.51.100.8:40001  config.deny-user  /etc/ssh/sshd_config:40  "DenyUsers eve"  user eve
2026-11-22T07:25:00+00:00  [2001:db8::7]:40002  wrapper.deny  /etc/hosts.deny:7  "sshd: [2001:db8::]/32"
2026-11-22T07:26:40+00:00  203.0.113.9:40003  wrapper.broken-rule  /etc/hosts.allow:9  "sshd: ALL : \x1b[31mbad\xff\x5c"
2026-11-22T07:28:20+00:00  198.51.100.9  ban ban.list  by fail2ban, jail sshd
2026-11-22T07:30:00+00:00  203.0.113.77:40004  wrapper.deny  /etc/hosts.deny:4  "sshd: 203.0.113.0/255.255.255.0"  (simulated)
TEXT
)" 'each record is one line, oldest first, hostile bytes visible'

# rows EXPECTED NAME ARGUMENT...: so many rows with these filters.
rows()
{
	rows_expected=$1 rows_name=$2
	shift 2
	why list --log audit.log "$@"
	is "$status $(printf '%s' "$out" | grep -c .)" "0 $rows_expected" \
		"$rows_name"
}

rows 4 'by exact cause' --cause wrapper.deny
rows 5 'by class of causes' --cause wrapper
rows 0 'by a cause that nothing has' --cause ban.penalty
rows 2 'by address' --client 203.0.113.5
rows 4 'by prefix' --client 203.0.113.0/24
rows 1 'by IPv6 prefix' --client 2001:db8::/32
rows 1 'by event' --event ban
rows 3 'from a time on' --since 2026-11-22T07:26:40
rows 3 'until a time, with its zone' --until 2026-11-22T08:21:40+01:00
rows 1 'a fold by any time that it covers' \
	--since 2026-11-22T07:20:10 --until 2026-11-22T07:20:20
rows 0 'nothing happened that early' --until 2026-11-22
rows 1 'all filters at once' --since 2026-11-22 --cause wrapper.deny \
	--client 203.0.113.77 --event rejection

why list --log audit.log --json
cp "$work/out" "$work/log.jsonl"
is "$status" 0 'JSON exits with 0'
holds 'each line is one object' \
	jq -es 'length == 8 and all(type == "object")' "$work/log.jsonl"
why list --log "$work/log.jsonl" --json
holds 'what is printed is read back as the same' \
	cmp "$work/out" "$work/log.jsonl"
cat audit.log "$work/log.jsonl" >"$work/both"
why list --log "$work/both" --json
holds 'a record in both forms is one record' cmp "$work/out" "$work/log.jsonl"
why list --json --log - <audit.log
holds 'stdin is read like a file' cmp "$work/out" "$work/log.jsonl"

why list --log damaged.log
is "$status $(printf '%s\n' "$out" | wc -l)" '0 2' \
	'damaged records cost only themselves'
is "$err" "$(cat <<'TEXT'
sshwhy: damaged.log:2: damaged audit record
sshwhy: damaged.log:3: time is not understood
sshwhy: damaged.log:4: not JSON: '}' expected near end of file
sshwhy: damaged.log:5: event is missing
sshwhy: 5 records missing
TEXT
)" 'each of them is reported by file and line'

for _ in 1 2 3 4 5; do
	cat damaged.log
done >"$work/damaged"
why list --log "$work/damaged"
is "$(printf '%s\n' "$err" | grep -c 'damaged:[0-9]')" 8 \
	'a log that is damaged all over does not flood the terminal'
like "$err" ': 20 damaged records in all$' 'but they are counted'

for size in 70000 400000; do
	{
		printf '{'
		head -c "$size" /dev/zero | tr '\0' x
		echo
		sed -n 2p audit.log | tr -d '\n'
	} >"$work/long"
	why list --log "$work/long"
	is "$err $status" "sshwhy: $work/long:1: line too long 0" \
		"a line of $size bytes is passed over"
	like "$out" ' 203.0.113.5:51001 ' 'a last line needs no newline'
done

why list --log /nonexistent/log
is "$status $err" '4 sshwhy: /nonexistent/log: No such file or directory' \
	'a log that was named has to exist'
why list --log "$work"
is "$status $err" "4 sshwhy: $work: Is a directory" 'and has to be readable'

if [ "$(id -u)" -eq 0 ]; then
	drop='setpriv --reuid 65534 --regid 65534 --clear-groups'
else
	drop=
fi
cp "$builddir/sshwhy" audit.log "$work"
chmod 755 "$work" "$work/sshwhy"
chmod 000 "$work/audit.log"
# Words are meant to be split.
# shellcheck disable=SC2086
err=$($drop "$work/sshwhy" list --log "$work/audit.log" 2>&1 >/dev/null)
is "$? $err" "4 sshwhy: $work/audit.log: Permission denied (root and members \
of group adm may read it)" 'a log that may not be read is named with what to do'

why list 203.0.113.5
is "$status $err" '3 sshwhy: list: 203.0.113.5: unexpected; for one client: --client 203.0.113.5' \
	'a stray word is refused with what was meant'
why list --since soon
is "$status $err" '3 sshwhy: --since soon: not a time' 'a bad time is refused'
"$builddir/sshwhy" list --log audit.log >/dev/full 2>"$work/err"
is "$? $(tail -n 1 "$work/err")" \
	'4 sshwhy: the output could not be written' 'a full disk is an error'
done_testing
