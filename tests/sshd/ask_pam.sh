#!/bin/bash
# Which line of the PAM service denies, by the real libpam and Debian's modules:
# controls, included files, the modules' own files; and that asking leaves no
# trace in the log, the audit trail and the tally.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/audit.sh"

sshd_world "$0" "$@"
trap 'audit_end; sshd_world_end' EXIT
modules=$(dirname "$(find /lib /usr/lib -name pam_permit.so -print -quit)")
odd=${builddir:?}/tests/tools/.libs/pam_odd.so

# service LINE...: the lines of /etc/pam.d/sshd.
service()
{
	printf '%s\n' "$@" >/etc/pam.d/sshd
}

# ask [USER [ADDRESS [PART [DEADLINE]]]]: fills in said.
ask()
{
	said=$("$builddir/tests/tools/ask_pam" "${1:-alice}" \
		"${2:-203.0.113.5}" "${3:-account}" "${4:-5000}")
}

value()
{
	printf '%s\n' "$said" | sed -n "s/^$1 //p"
}

# denied_by FILE:LINE NAME [WHY]: the rule, and a word of why.
denied_by()
{
	is "$(value outcome) $(value rule | cut -d' ' -f1)" "reject $1" "$2"
	[ -z "${3:-}" ] || like "$(value why)" "$3" "$2: why"
}

passes()
{
	is "$(value outcome)" pass "$1" || diag "$said"
}

# --- controls -----------------------------------------------------------------

service 'account required pam_permit.so'
ask
passes "pam_permit lets in"

service '# a comment' 'account required pam_permit.so' \
	'account required pam_deny.so' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:3 "a required line denies"
is "$(value rule)" "/etc/pam.d/sshd:3 account required pam_deny.so" \
	"the rule's text is the line"
is "$(value cause)" account.pam "the cause"

service 'account sufficient pam_permit.so' 'account required pam_deny.so'
ask
passes "behind a sufficient line nothing is asked"

service 'account optional pam_deny.so' 'account required pam_permit.so'
ask
passes "an optional line does not deny"

service 'account optional pam_warn.so'
ask
denied_by /etc/pam.d/sshd:0 "no line grants" 'no line of the stack grants'

service 'account [success=1 default=ignore] pam_permit.so' \
	'account requisite pam_deny.so' 'account required pam_permit.so'
ask
passes "a jump over the denial, as in Debian's common-account"

service 'account [success=1 default=ignore] pam_deny.so' \
	'account requisite pam_deny.so' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:2 "without the jump the next line denies"

service 'account [success=9 default=bad] pam_permit.so' \
	'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "a jump behind the end denies"

service 'account [default=ok \ ' '	success=die] \ ' '# in between' \
	'	pam_permit.so   ' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:4 "a continued line is named by its last one"

service 'account [suces=ok] pam_permit.so' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "a control that libpam does not understand"

service 'acount required pam_permit.so' 'account required pam_permit.so'
ask
passes "a misspelt type does not count as account"
ask alice 203.0.113.5 auth
denied_by /etc/pam.d/sshd:1 "but as auth"

service '-account required pam_missing.so' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "a missing module denies, also behind a dash" \
	'pam_missing.so is missing'

service 'account required pam_succeed_if.so quiet user = [alice' \
	'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "a bracket without its end"

# --- files that are included ------------------------------------------------

printf '%s\n' 'account required pam_permit.so' 'auth required pam_deny.so' \
	>/etc/pam.d/common-a
printf '%s\n' 'account requisite pam_deny.so' >/etc/pam.d/common-b
service '@include common-a' 'account include common-b'
ask
denied_by /etc/pam.d/common-b:1 "an included file denies"
ask alice 203.0.113.5 auth
denied_by /etc/pam.d/common-a:2 "@include brings lines of every type"

printf '%s\n' 'account sufficient pam_permit.so' >/etc/pam.d/common-c
service 'account substack common-c' 'account required pam_deny.so'
ask
denied_by /etc/pam.d/sshd:2 "done in a substack ends only the substack"
service 'account include common-c' 'account required pam_deny.so'
ask
passes "done in an included file ends all"

service 'account include nowhere' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "a file that is missing denies by its line"
service '@include nowhere' 'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "behind a broken @include PAM does not start" \
	'cannot be read'
service '@include sshd'
ask
like "$(value outcome)" reject "a file that includes itself"
service 'account required pam_permit.so \ '
ask
denied_by /etc/pam.d/sshd:1 "a file that ends within a line" 'backslash'

rm /etc/pam.d/sshd
printf '%s\n' 'account required pam_deny.so' >/etc/pam.d/other
ask
denied_by /etc/pam.d/other:1 "without a service the other one is in force"
service 'auth required pam_permit.so'
ask
denied_by /etc/pam.d/other:1 "and where it has no account line"

# --- the modules' own files -------------------------------------------------

service 'account required pam_nologin.so' 'account required pam_permit.so'
ask
passes "no /etc/nologin"
echo 'back at noon' >/etc/nologin
ask
denied_by /etc/pam.d/sshd:1 "/etc/nologin" '^/etc/nologin exists$'
ask root
passes "root logs in nevertheless"
rm /etc/nologin
echo closed >/etc/closed
service 'account required pam_nologin.so file=/etc/closed'
ask
denied_by /etc/pam.d/sshd:1 "another file" '^/etc/closed exists$'

service 'account required pam_access.so'
cat >/etc/security/access.conf <<-END
	# who may come
	+:root:ALL
	-:alice bob:192.0.2.0/24 203.0.113.5
	-:mallory:ALL
	+:ALL:ALL
END
ask
is "$(value rule)" \
	"/etc/security/access.conf:3 -:alice bob:192.0.2.0/24 203.0.113.5" \
	"the line of access.conf"
like "$(value line)" '^/etc/pam.d/sshd:1 ' "and that of the service"
ask alice 203.0.113.6
passes "another address"
ask root
passes "another user"
mkdir -p /etc/security/access.d
printf '%s\n' '# nothing' >/etc/security/access.conf
printf '%s\n' '+:root:ALL' >/etc/security/access.d/10-a.conf
printf '%s\n' '-:root:ALL' '-:ALL EXCEPT root:ALL' \
	>/etc/security/access.d/20-b.conf
ask
denied_by /etc/security/access.d/20-b.conf:2 "a line of access.d"
printf '%s\n' '-:ALL:ALL' >'/etc/security/our access'
service 'account required pam_access.so [accessfile=/etc/security/our access]'
ask
denied_by '/etc/security/our' "accessfile= in brackets"
is "$(value rule)" "/etc/security/our access:1 -:ALL:ALL" "and its line"
service 'account required pam_access.so accessfile=/etc/none'
ask
denied_by /etc/pam.d/sshd:1 "an accessfile that is missing" \
	'failed to parse|/etc/none'
{
	seq -f '-:user%g:ALL' 1 5000
	echo '-:alice:203.0.113.0/24'
} >/etc/security/access.conf
service 'account required pam_access.so nodefgroup'
ask
denied_by /etc/security/access.conf:5001 "one of 5001 lines"
rm -r /etc/security/access.d

service 'account required pam_time.so'
cat >/etc/security/time.conf <<-END
	login;*;*;!Al0000-2400
	sshd;*;root;!Al0000-2400
	sshd;*;\\
	alice;!Al0000-2400
END
ask
is "$(value outcome) $(value rule | cut -d' ' -f1)" \
	"reject /etc/security/time.conf:4" "a continued line of time.conf"
: >/etc/security/time.conf

printf '%s\n' bob alice carol >/etc/ssh/no-entry
service 'account required pam_listfile.so item=user sense=deny file=/etc/ssh/no-entry'
ask
is "$(value rule)" "/etc/ssh/no-entry:2 alice" "the line of a list that denies"
service 'account required pam_listfile.so item=user sense=allow file=/etc/ssh/no-entry onerr=fail'
ask root
denied_by /etc/pam.d/sshd:1 "a list that does not name the user"

service 'account required pam_succeed_if.so uid < 1000'
ask
denied_by /etc/pam.d/sshd:1 "pam_succeed_if" 'requirement "uid < 1000" not met'
service 'account required pam_succeed_if.so rhost = 203.0.113.6'
ask alice 203.0.113.6
passes "PAM_RHOST is the client"
service 'account required pam_succeed_if.so tty = ssh service = sshd'
ask
passes "PAM_TTY and the service are sshd's"

sed -i 's,^alice:.*,alice:x:4242:4242::/home/alice:/bin/odd,' /etc/passwd
service 'account required pam_shells.so'
ask
denied_by /etc/pam.d/sshd:1 "pam_shells"
sed -i 's,^alice:.*,alice:x:4242:4242::/home/alice:/bin/sh,' /etc/passwd
service 'account required pam_wheel.so group=nobody use_uid' \
	'account required pam_permit.so'
ask
denied_by /etc/pam.d/sshd:1 "pam_wheel"
service 'account required pam_localuser.so'
ask
passes "pam_localuser"

service 'account required pam_unix.so'
ask
passes "pam_unix: an account that is in order"
chage -E 2020-01-01 alice
ask
denied_by /etc/pam.d/sshd:1 "an expired account" 'account alice has expired'
chage -E -1 -d 0 alice
ask
is "$(value outcome) $(value why)" "pass the password has to be changed" \
	"a password that has to be changed is no denial"
chage -d 2024-01-01 alice

# --- who is not asked -------------------------------------------------------

service 'account required pam_permit.so' 'account required pam_exec.so /bin/true'
ask
is "$(value outcome) $(value rule)" \
	"depends /etc/pam.d/sshd:2 account required pam_exec.so /bin/true" \
	"an unknown module can deny"
like "$(value why)" 'pam_exec.so is not asked' "and is named"
service 'account required pam_exec.so /bin/true' 'account required pam_deny.so'
ask
denied_by /etc/pam.d/sshd:2 "what is certain is told, whatever it says"
service 'account optional pam_exec.so /bin/true' 'account required pam_permit.so'
ask
passes "where it cannot deny it does not matter"
service 'account sufficient pam_exec.so /bin/true' 'account required pam_permit.so'
ask
passes "nor where it can only let in earlier"
service 'account required pam_permit.so'
ask -
passes "without a user: a stack that asks for none"
service 'account required pam_nologin.so' 'account required pam_permit.so'
ask -
is "$(value outcome)" depends "without a user: a stack that does"

# --- modules that misbehave ---------------------------------------------------

mount --bind "$odd" "$modules/pam_shells.so" || bail "no place for pam_odd.so"
service 'account required pam_shells.so hang' 'account required pam_permit.so'
ask alice 203.0.113.5 account 300
is "$(value outcome)" depends "a module that hangs"
like "$(value why)" 'did not answer within 300 ms' "is named"
service 'account required pam_shells.so crash' 'account required pam_permit.so'
ask
is "$(value outcome)" depends "a module that crashes"
like "$(value why)" 'pam_shells crashed' "is named"
service 'account required pam_shells.so child'
ask
passes "a module that leaves a process behind"
fails "which is ended" pgrep -f 'tests/tools/[a]sk_pam'
service 'account required pam_shells.so capable'
ask
denied_by /etc/pam.d/sshd:1 "a module has no capability but reading"
for path in "$W/odd" /etc/odd /home/alice/odd /run/odd /dev/shm/odd; do
	service "account required pam_shells.so write=$path"
	ask
	denied_by /etc/pam.d/sshd:1 "a module cannot write to $path"
	[ ! -e "$path" ]
	ok $? "$path is not there"
done
service 'account required pam_shells.so connect=/dev/log'
ask
denied_by /etc/pam.d/sshd:1 "a module cannot reach the log"
umount "$modules/pam_shells.so"

# --- the tally, the log and the audit trail ---------------------------------

audit_begin "$W/audit" || skip_all "$AUDIT_WHY"
service 'auth required pam_faillock.so preauth silent deny=3 unlock_time=900' \
	'auth [success=1 default=bad] pam_unix.so' \
	'auth [default=die] pam_faillock.so authfail deny=3 unlock_time=900' \
	'auth sufficient pam_faillock.so authsucc deny=3 unlock_time=900' \
	'account required pam_faillock.so' 'account required pam_access.so' \
	'account required pam_time.so' 'account required pam_unix.so'
printf '%s\n' '-:alice:ALL' >/etc/security/access.conf
rm -rf /var/run/faillock /run/faillock
mkdir -p /run/faillock
ask alice 203.0.113.5 auth
passes "no failure is counted yet"
[ ! -e /run/faillock/alice ]
ok $? "and asking makes no tally"

# Three failures as pam_faillock counts them.
cat >/etc/pam.d/failing <<-END
	auth [default=die] pam_faillock.so authfail deny=3 unlock_time=900
END
before=$(date +%s)
for _ in 1 2 3; do
	"$builddir/tests/tools/pam_auth" failing alice 203.0.113.5 >"$W/code"
done
cp /run/faillock/alice "$W/tally"
touched=$(stat -c '%z %U' /run/faillock/alice)
: >"$SSHD_LOG"
audit_flush
records=$(wc -l <"$AUDIT_LOG")
ask alice 203.0.113.5 auth
denied_by /etc/pam.d/sshd:1 "a locked account" '^locked after 3 failed logins$'
is "$(value cause)" account.locked "is its cause"
until=$(value until)
[ "$until" -ge $(((before + 900) * 1000)) ] &&
	[ "$until" -le $((($(date +%s) + 900) * 1000)) ]
ok $? "with the time at which the lock ends"
ask alice 203.0.113.5 account
denied_by /etc/security/access.conf:1 "the account stack denies as well"
cmp -s /run/faillock/alice "$W/tally"
ok $? "the tally is as it was"
is "$(stat -c '%z %U' /run/faillock/alice)" "$touched" "nobody touched it"
is "$(cat "$SSHD_LOG")" "" "nothing stands in the system log"
audit_flush
is "$(tail -n +$((records + 1)) "$AUDIT_LOG" | grep -c ask_pam)" 0 \
	"nor in the audit trail"

done_testing
