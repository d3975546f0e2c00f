#!/bin/sh
# explain_log.sh - what sshd's own log adds to the records, on a copied tree.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

# copied ARGUMENT...: explain from the copy below $work, on the day of the log.
copied()
{
	why "$@" --root "$work" --now 2026-11-22T08:00:00Z
}

mkdir -p "$work/var/log/audit" "$work/etc"
log=$work/var/log/auth.log

copied 203.0.113.5
like "$out" '^203.0.113.5  UNKNOWN, .*; no refusal is recorded$' \
	'an empty copy tells nothing'

cat >"$log" <<TEXT
Nov 22 07:20:59 web1 sshd[4102]: refused connect from 203.0.113.5 (203.0.113.5)
Nov 22 07:21:40 web1 sshd[901]: drop connection #10 from [198.51.100.7]:50003 on [192.0.2.1]:22 past MaxStartups
Nov 22 07:22:00 web1 sshd[4177]: Accepted publickey for bob from 198.51.100.30 port 5001 ssh2: ED25519 SHA256:x
Nov 22 07:30:00 web1 sshd[4200]: User eve from 198.51.100.30 not allowed because listed in DenyUsers
Nov 22 07:30:01 web1 sshd[4200]: Connection closed by invalid user eve 198.51.100.30 port 5002 [preauth]
TEXT
copied 203.0.113.5
like "$out" '^203.0.113.5  UNKNOWN, was refused by TCP wrappers' \
	'a log alone is enough'
like "$out" '^  evidence  wrapper.deny, inferred by an imported log in sshd.4102. on web1$' \
	'and is told from a record'
copied 198.51.100.30 --json
is "$(echo "$out" | jq -c '[.last.cause, .last.evidence, .last.user]')" \
	'["config.deny-user","inferred","eve"]' 'JSON says so too'
copied 198.51.100.30 --user bob
like "$out" 'no refusal is recorded' 'the refusal of one user is not that of another'
copied 198.51.100.30 --since 2026-11-22T07:31:00Z
like "$out" 'no refusal is recorded' 'nor is one before the time that is asked for'

# The same two, recorded and logged.
cp audit.log "$work/var/log/audit/audit.log"
copied 203.0.113.5 --json
recorded=$(echo "$out" | jq '.records | length')
is "$(echo "$out" | jq -c '[.records[] | .evidence] | unique')" '["recorded"]' \
	'what was recorded is not told again'
: >"$log"
copied 203.0.113.5 --json
is "$(echo "$out" | jq '.records | length')" "$recorded" \
	'as many as without the log'
cat >"$log" <<TEXT
Nov 22 07:45:00 web1 sshd[4999]: refused connect from 203.0.113.5 (203.0.113.5)
TEXT
copied 203.0.113.5 --json
is "$(echo "$out" | jq -c '[(.records | length), .last.evidence, .last.pid]')" \
	"[$((recorded + 1)),\"inferred\",4999]" 'another one is, and is the newest'
rm "$work/var/log/audit/audit.log"

# MaxStartups, full of clients that libwrap had refused.
{
	for n in 1 2 3; do
		echo "Nov 22 07:50:0$n web1 sshd[50$n]: refused connect from 192.0.2.$n (192.0.2.$n)"
	done
	echo 'Nov 22 07:50:04 web1 sshd[901]: error: beginning MaxStartups throttling'
	echo 'Nov 22 07:50:04 web1 sshd[901]: drop connection #3 from [198.51.100.7]:50003 on [192.0.2.1]:22 past MaxStartups'
} >"$log"
printf 'sshd: 192.0.2.\n' >"$work/etc/hosts.deny"
copied 198.51.100.7
like "$out" "^198.51.100.7  UNKNOWN, was refused because of TCP wrappers, $work/etc/hosts.deny:1   \"sshd: 192.0.2.\"" \
	'the rule that filled MaxStartups is on the first line'
like "$out" '^  symptom   refused by MaxStartups; 3 slots held by clients that it had refused$' \
	'and what it led to on the second'

# Addresses that many stand behind.
cat >"$log" <<TEXT
Nov 22 07:51:00 web1 sshd[6000]: Accepted password for ann from 198.51.100.9 port 5 ssh2
Nov 22 07:51:00 web1 sshd[6010]: Accepted password for bob from 198.51.100.9 port 6 ssh2
Nov 22 07:51:00 web1 sshd[6020]: Accepted password for cid from 198.51.100.9 port 7 ssh2
Nov 22 07:52:00 web1 sshd[6001]: refused connect from 198.51.100.9 (198.51.100.9)
Nov 22 07:52:00 web1 sshd[6002]: refused connect from 192.168.1.1 (192.168.1.1)
Nov 22 07:52:00 web1 sshd[6003]: refused connect from 198.51.100.8 (198.51.100.8)
TEXT
copied 198.51.100.9
like "$out" '^  note      do not ban it: 3 users have logged in from it: ann, bob, cid$' \
	'an address of many users is not to be banned'
copied 192.168.1.1
like "$out" '^  note      do not ban it: it is a private address' 'nor a private one'
copied 198.51.100.8
unlike "$out" 'do not ban' 'of another nothing is said'

copied -v 198.51.100.8
like "$out" '^    Nov 22 07:52:00 web1 sshd.6003.: refused connect from 198.51.100.8' \
	'-v shows the line of the log'
like "$out" '^    TCP wrappers  pass: no rule matches$' 'and each layer on its line'
is "$(echo "$out" | grep -c '^    [A-Z a-z_]* *\(unseen\|pass\)')" 11 'all eleven'
cp audit.log "$work/var/log/audit/audit.log"
copied -v 203.0.113.5
like "$out" '^  record    ausearch -a 402: op=ssh-reject reason=wrapper.deny rule=' \
	'and the audit event as it stands there'

# A log by its name, and from a pipe.
cp "$log" "$work/elsewhere"
: >"$log"
why 198.51.100.8 --log "$work/elsewhere" --root "$work" --now 2026-11-22T08:00:00Z
like "$out" 'was refused by TCP wrappers' '--log takes a log of sshd as well'
"$builddir/sshwhy" 198.51.100.8 --log - --root "$work" --now 2026-11-22T08:00:00Z \
	<"$work/elsewhere" >"$work/out"
like "$(cat "$work/out")" 'was refused by TCP wrappers' 'also from a pipe'
done_testing
