#!/bin/sh
# explain.sh - sshwhy ADDRESS and sshwhy test: text, JSON, exit statuses.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

alone='only the machine itself can be asked'
before="[firewall, socket, penalties, MaxStartups not asked: $alone] . ban list pass (not on it) . rate limit pass (none is set)"
behind="[protocol, sshd_config, PAM, session not asked: $alone]"
beyond='[protocol, sshd_config, PAM, session not reached]'

# answers STATUS NAME, with the whole answer on standard input.
answers()
{
	is "$status $(printf '%s\n' "$out" | without_today)" "$1 $(cat)" "$2"
}

tables 203.0.113.5 --log audit.log
answers 1 'refused by a rule, and still refused, but by another' <<TEXT
203.0.113.5  REJECTED by TCP wrappers, hosts.deny:6   "sshd: 203.0.113.5"; last refused by TCP wrappers, /etc/hosts.deny:4   "sshd: 203.0.113.0/255.255.255.0"
  last      07:20:59, AGE ago; 14 times since 07:20:00; an ssh client sees "Connection reset by peer"
  placed by DenyHosts, Sun Nov 22 07:20:11 2026 (its comment stands on line 5)
  evidence  wrapper.deny, recorded by the wrapper hook in sshd[4102], audit event 1795332060.200:402
  now       $before . TCP wrappers REJECT (hosts.deny:6) . $beyond
  let it in add to hosts.allow:   sshd: 203.0.113.5
            removing the line is not enough: DenyHosts restores it from its own files (hosts* in its WORK_DIR)
TEXT

sed 's,/etc/hosts.deny:7,hosts.deny:7,' audit.log >"$work/same"
tables 2001:db8::7 --log "$work/same"
answers 1 'refused by a rule that still stands; IPv6 needs brackets' <<TEXT
2001:db8::7  REJECTED by TCP wrappers, hosts.deny:7   "sshd: [2001:db8::]/32"
  last      07:25:00, AGE ago; an ssh client sees "Connection reset by peer"
  evidence  wrapper.deny, recorded by the wrapper hook in sshd[4105], audit event 1795332300.000:405
  now       $before . TCP wrappers REJECT (hosts.deny:7) . $beyond
  let it in add to hosts.allow:   sshd: [2001:db8::7]
TEXT

tables 203.0.113.9 --log audit.log
answers 2 'refused by a broken rule that has been mended' <<TEXT
203.0.113.9  UNKNOWN, was refused by TCP wrappers (broken rule), /etc/hosts.allow:9   "sshd: ALL : \\x1b[31mbad\\xff\\x5c"; would pass TCP wrappers now
  last      07:26:40, AGE ago; an ssh client sees "Connection reset by peer"
  evidence  wrapper.broken-rule, recorded by the wrapper hook in sshd[4106], audit event 1795332400.000:406
  now       $before . TCP wrappers pass (no rule matches) . $behind
TEXT

tables 198.51.100.8 --log audit.log
answers 2 'refused by a layer that cannot be asked yet' <<TEXT
198.51.100.8  UNKNOWN, was refused by DenyUsers, /etc/ssh/sshd_config:40   "DenyUsers eve"
  last      07:23:20, AGE ago
  evidence  config.deny-user, recorded by sshd's log in sshd[4104], audit event 1795332200.000:404
  now       $before . TCP wrappers pass (no rule matches) . $behind
  let it in remove /etc/ssh/sshd_config:40, which is:   DenyUsers eve
TEXT

tables 198.51.100.7 --log audit.log
answers 1 'the cause behind the cause, and a rule of hosts.allow' <<TEXT
198.51.100.7  REJECTED by TCP wrappers (option deny), hosts.allow:2   "sshd: 198.51.100.7 : deny"; last refused by MaxStartups, /etc/ssh/sshd_config:31   "MaxStartups 10:30:100"
  last      07:21:40, AGE ago; an ssh client sees "Connection reset by peer"
  evidence  limit.max-startups, recorded by sshd's log in sshd[4103], audit event 1795332100.000:403
  because   7 of 10 slots held by refused wrapper clients
  now       $before . TCP wrappers REJECT (hosts.allow:2) . $beyond
  let it in put above line 2 of hosts.allow:   sshd: 198.51.100.7
TEXT

tables 192.0.2.77 --log audit.log
answers 2 'never refused, and let in by a rule' <<TEXT
192.0.2.77  UNKNOWN, nothing that could be asked rejects it; no refusal is recorded
  now       $before . TCP wrappers pass (hosts.allow:1) . $behind
TEXT

tables 203.0.113.77 --log audit.log
like "$out" '^203.0.113.77 .*; no refusal is recorded$' \
	'a simulated refusal refused nobody'
tables 198.51.100.9 --log audit.log
like "$out" '^198.51.100.9 .*; no refusal is recorded$' 'nor did a ban'

tables 203.0.113.0/24 --log audit.log
like "$out" '^203.0.113.0/24  UNKNOWN, was refused by .*/etc/hosts.allow:9' \
	'a range is explained by its newest refusal'
like "$out" '^  last      203.0.113.9, .*; 15 times since' \
	'which is told by its address'
like "$out" 'TCP wrappers depends .on the address; both ends pass.' \
	'and each address of it may get another answer'
is "$status" 2 'so nobody can tell'

tables explain --user bob --log audit.log 198.51.100.8
like "$out" 'no refusal is recorded' 'the refusal of one user is not that of another'
tables explain --user eve --log audit.log 198.51.100.8
like "$out" 'was refused by DenyUsers' 'a user is told his own'
tables explain --port 2222 --log audit.log 203.0.113.9
like "$out" 'no refusal is recorded' 'nor is that of another port'

for client in 203.0.113.5 2001:db8::7 198.51.100.7 203.0.113.9; do
	tables "$client" --log audit.log
	lines=$(printf '%s\n' "$out" | wc -l)
	is "$([ "$lines" -gt 2 ] && [ "$lines" -le 8 ] && echo short)" \
		short "the answer about $client has at most 8 lines"
done

printf 'sshd: ALL' >"$work/cut"
why test --root "$work" 192.0.2.9 --allow /nonexistent --deny "$work/cut"
like "$out" "^  let it in end $work/cut:1 with a newline:   sshd: ALL$" \
	'a last line without newline is the line to mend'
printf 'sshd: ALL : nonsense\n' >"$work/bad"
why test --root "$work" 192.0.2.9 --allow "$work/bad" --deny /nonexistent
like "$out" "^  let it in put above line 1 of $work/bad:   sshd: 192.0.2.9$" \
	'a bad option is passed by a rule in front of it'
like "$out" "^ *for all others: correct $work/bad:1:   sshd: ALL : nonsense$" \
	'and is the line to mend'
printf 'ALL: 192.0.2.9\n' >"$work/deny"
why test --root "$work" 192.0.2.9 --allow "$work/cut" --deny "$work/deny"
is "$status" 1 'a broken hosts.allow refuses as well'
printf 'sshd: 192.0.2.1' >"$work/cut"
why test --root "$work" 192.0.2.9 --allow "$work/cut" --deny "$work/deny"
like "$out" "add to $work/cut .end its last line with a newline first.:   sshd: 192.0.2.9" \
	'a line is not to be added to half a line'
printf 'sshd: ALL : twist /bin/echo no\n' >"$work/twist"
why test --root "$work" 192.0.2.9 --allow "$work/twist" --deny /nonexistent
like "$out" "put above line 1 of $work/twist:   sshd: 192.0.2.9" \
	'a twist is not executed, and is worked around'
printf 'sshd: .example.org\n' >"$work/named"
printf 'sshd: ALL\n' >"$work/all"
why test --root "$work" 192.0.2.9 -C host=a.example.org --allow "$work/named" --deny "$work/all"
like "$out" "TCP wrappers pass .$work/named:1." 'a rule for a name is asked for the name'
printf 'sshd@192.0.2.1: ALL\n' >"$work/server"
why test --root "$work" 192.0.2.9 -C laddr=192.0.2.1,lport=22,user=bob,host=x --allow /nonexistent \
	--deny "$work/server"
is "$status" 1 'a rule for an address of the server is asked for it'

tables 203.0.113.5 --log audit.log --json
is "$status" 1 'JSON exits with the verdict too'
is "$(jq -c '[.client, .verdict, .last.seqno, (.records | length), .advice[0],
	([.now[] | .layer + ":" + .outcome] | join(" "))]' "$work/out")" \
	"$(printf '%s' '["203.0.113.5","rejected",11,2,' \
	'"add to hosts.allow:   sshd: 203.0.113.5",' \
	'"firewall:unseen socket:unseen penalty:unseen startups:unseen ' \
	'ban:pass rate:pass wrapper:reject protocol:not-reached ' \
	'config:not-reached pam:not-reached session:not-reached"]')" \
	'JSON says the same, every layer in its order'
is "$(jq -c '.now[6].rule' "$work/out")" \
	'{"source":"hosts.deny","first_line":6,"line":6,"text":"sshd: 203.0.113.5","owner":"denyhosts"}' \
	'a layer that rejects names its rule'
tables test 192.0.2.77 --json
is "$status $(jq -c '[.verdict, .last, .records, .now[6].outcome, .now[0].rule]' "$work/out")" \
	'2 ["unknown",null,[],"pass",null]' 'test answers in the same shape, of now alone'

# Lines that name other clients are passed over unread. A blank keeps the reader
# from seeing whom a line names; then all are read, and the answers are the same.
"$builddir/sshwhy" list --json --log audit.log >"$work/seen" 2>/dev/null
sed 's/"client":{/"client": {/' "$work/seen" >"$work/blind"
for client in 203.0.113.5 ::ffff:203.0.113.5 203.0.113.0/24 2001:db8::7 \
	2001:db8::/32 198.51.100.7 198.51.100.9 192.0.2.200; do
	for log in audit.log "$work/seen"; do
		tables "$client" --log "$log" --json
		jq -S . "$work/out" >"$work/few"
		tables "$client" --log "$work/blind" --json
		jq -S . "$work/out" >"$work/all"
		holds "$client is answered the same with all of ${log##*/} read" \
			cmp "$work/few" "$work/all"
	done
done

tables localhost --log audit.log
like "$out" '^(127.0.0.1|::1)  UNKNOWN' 'a name is looked up'
why no-such-host.invalid --log audit.log
is "$status" 4 'a name without address is an I/O failure'
like "$err" '^sshwhy: no-such-host.invalid: no command, no address, and as a name: ' \
	'and says that it is no command either'
why 192.0.2.0/33
is "$status $err" '3 sshwhy: 192.0.2.0/33: the prefix is too long' \
	'a prefix that is too long is a usage error'
why explain
is "$status $err" '3 sshwhy: one address or name is needed' 'somebody has to be named'
why test 192.0.2.1 192.0.2.2
is "$status" 3 'one at a time'
why 192.0.2.1 --nonsense
is "$status $err" '3 sshwhy: --nonsense: no such option; see man sshwhy' \
	'an option that is not known is refused'
why test 192.0.2.1 --allow "$(printf 'a\033[31m')" --x
is "$err" 'sshwhy: --x: no such option; see man sshwhy' 'and named'
why "$(printf -- '--a\033[31m')"
is "$err" 'sshwhy: --a?[31m: no such option; see man sshwhy' \
	'an argument cannot steer the terminal'
why --version
like "$status $out" '^0 sshwhy [0-9.]+$' 'the version is told'
why --help
like "$out" '^       sshwhy list ' 'help names the commands'
why
is "$status $err" '3 sshwhy: whom? Try: sshwhy ADDRESS, or sshwhy --help' \
	'nothing asked, nothing answered'
done_testing
