#!/bin/sh
# demo.sh - "./dev demo" explains four refusals and leaves nothing behind.
set -u

srcdir=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$srcdir/tests/lib/tap.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
unshare -mn true 2>/dev/null || skip_all 'needs private namespaces'

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT

# A mount by which the processes of one demonstration are known.
mark=sshwhy-demo-$$

# demonstrate FILE [ARGUMENT...]
demonstrate()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m --propagation private sh -c '
		mount -t tmpfs "$0" /mnt && shift && exec "$@"' \
		"$mark" - "$srcdir/tests/tools/demo.sh" "$@" \
		</dev/null >"$work/out" 2>&1
}

# Everything that a careless demonstration would change. Audit is looked at
# while no other test has it.
footprint()
{
	findmnt -rno TARGET,SOURCE,FSTYPE | sort
	find /etc -type f -exec sha256sum {} + | sort
	ls -ld /usr/bin/sshwhy /usr/lib/sshwhy /usr/lib/*/security \
		/etc/security /run/sshd /run/sshwhy /var/log/sshwhy \
		/var/lib/sshwhy /dev/log /usr/share/man/man1 2>&1
	ip -o addr | sed 's/valid_lft.*//'
	flock /run/lock/sshwhy-audit.lock auditctl -s 2>&1 |
		grep -E '^(enabled|failure|pid|rate_limit|backlog_limit) '
}


# part TITLE - what was shown under it.
part()
{
	awk -v title="$1" '/^== / { shown = index($0, title) } shown' \
		"$work/out"
}

# refused_in_audit TITLE PATTERN-OF-THE-RECORD LINE
refused_in_audit()
{
	shown=$(part "$1")
	like "$shown" 'Connection (reset|closed) by 192\.0\.2\.1 port 22' \
		"$1: the client's error is shown"
	like "$shown" "^type=ANOM_LOGIN_LOCATION .*$2" \
		"$1: the audit record is shown"
	is "$(printf '%s\n' "$shown" | grep -c '^type=')" 1 \
		"$1: there is one record"
	like "$shown" "^[0-9.]+  REJECTED by TCP wrappers( \(broken rule\))?, /etc/hosts\.deny:$3 " \
		"$1: sshwhy names the line"
}

refused_in_json()
{
	shown=$(part "$1")
	like "$shown" "^\{\"event\":\"rejection\".*$2" \
		"$1: the JSON record is shown"
	is "$(printf '%s\n' "$shown" | grep -c '^{')" 1 \
		"$1: there is one JSON record"
	like "$shown" "^[0-9.]+  REJECTED by TCP wrappers( \(broken rule\))?, /etc/hosts\.deny:$3 " \
		"$1: sshwhy names the line from JSON"
}

let_in()
{
	shown=$(part "$1")
	like "$shown" '^alice$' "$1: the login works, $2"
	unlike "$shown" '^type=|^\{' "$1: there is no record, $2"
	like "$shown" '^203\.0\.113\.42  (ADMITTED|UNKNOWN, nothing .* rejects it)' \
		"$1: sshwhy says so, $2"
}

footprint >"$work/before"

demonstrate
is "$?" 0 'the demonstration ends well'
if grep -q '^No audit trail here' "$work/out"; then
	skip 'no audit here' 'four rules in the audit trail'
else
	refused_in_audit '1. A plain rule' \
		'reason=wrapper\.deny rule=/etc/hosts\.deny:2 ' 2
	refused_in_audit '2. A prefix inside a list' \
		'rule=/etc/hosts\.deny:3 .*198\.51\.100\.0/24' 3
	refused_in_audit '3. A rule that DenyHosts wrote' \
		'rule=/etc/hosts\.deny:5 .*owner=denyhosts' 5
	refused_in_audit '4. A rule with a broken option' \
		'reason=wrapper\.broken-rule rule=/etc/hosts\.deny:6 ' 6
	like "$(part '3. A rule')" 'placed by DenyHosts' \
		'sshwhy says that DenyHosts placed it'
	let_in '5. A client' 'with audit'
fi
holds 'no process of it is left' sh -c "! grep -ls '$mark' \
	/proc/[0-9]*/mountinfo"

demonstrate --file
is "$?" 0 'the demonstration without audit ends well'
refused_in_json '1. A plain rule' '"line":2,' 2
refused_in_json '2. A prefix inside a list' '"line":3,' 3
refused_in_json '3. A rule that DenyHosts wrote' '"owner":"denyhosts"' 5
refused_in_json '4. A rule with a broken option' \
	'"cause":"wrapper.broken-rule"' 6
let_in '5. A client' 'without audit'
holds 'no process of it is left, without audit' sh -c "! grep -ls '$mark' \
	/proc/[0-9]*/mountinfo"

footprint >"$work/after"
holds 'the machine is as it was' diff "$work/before" "$work/after"

[ "$tap_failed" -eq 0 ] || diag "$(cat "$work/out")"
done_testing
