#!/bin/sh
# pam_sshwhy alone refuses and records, in a real sshd whose libwrap lets every
# client pass: sshd runs as sshd2, so that libwrap and PAM know it by that name,
# and the first rule of hosts.allow admits everybody to sshd2. The module is
# told that its daemon is sshd.

srcdir=$(cd "$(dirname "$0")/../.." && pwd)
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/audit.sh"
. "$srcdir/tests/lib/sshd.sh"

sshd_world "$0" "$@"

MODULE=$builddir/module/.libs/pam_sshwhy.so
[ -f "$MODULE" ] || bail "$MODULE is not built"
mkdir "$W/audit"
audit_begin "$W/audit" || skip_all "$AUDIT_WHY"
trap 'audit_end; sshd_world_end' EXIT

# stack ARGUMENT...: the PAM stacks of sshd2, with this line of ours.
stack()
{
	ours="[default=ignore perm_denied=die] $W/pam_sshwhy.so daemon=sshd $*"
	cat >/etc/pam.d/sshd2 <<-END
		-auth	$ours
		auth	required pam_unix.so
		-account	$ours
		account	required pam_unix.so
		-session	$ours
		session	required pam_permit.so
	END
}

# rules ALLOW DENY: both are printf formats; sshd2 itself is open to all.
rules()
{
	rm -f /etc/hosts.deny
	# The rules are written as printf wants them.
	# shellcheck disable=SC2059
	printf "sshd2: ALL\n$1" >/etc/hosts.allow
	# shellcheck disable=SC2059
	printf "$2" >/etc/hosts.deny
}

# log_in METHOD ADDR: what a person with the right key or password does.
log_in()
{
	timeout "$SW_PATIENCE" env SSH_ASKPASS="$W/askpass" SSH_ASKPASS_REQUIRE=force \
		ssh -F /dev/null -b "$2" -p "$SSHD_PORT" -i "$W/id" \
		-o IdentitiesOnly=yes -o PreferredAuthentications="$1" \
		-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o GlobalKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no "${LOGIN:-alice}@127.0.0.1" \
		echo welcome </dev/null 2>&1
}

# records ADDR: all records about this client that stand in the log by now.
records()
{
	audit_flush
	ausearch -if "$AUDIT_LOG" -m ANOM_LOGIN_LOCATION -hn "$1" -w --raw \
		2>/dev/null | grep -a op=ssh-reject
}

# The port from which this client came, as sshd saw it.
port_of()
{
	sed -n "s/.*Connection from $1 port \([0-9]*\) on.*/\1/p" "$SSHD_LOG" |
		tail -n 1
}

# cmd_of TEXT: how a rule with characters such as blanks stands in a record.
cmd_of()
{
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F
}

# refused ADDR CAUSE RULE TEXT NAME: one record, and it says just this.
refused()
{
	wait_for "$AUDIT_LOG" "op=ssh-reject.* addr=$1 " ||
		diag "no record about $1"
	found=$(records "$1")
	is "$(printf '%s\n' "$found" | grep -c .)" 1 "$5: one record"
	like "$found" "^type=ANOM_LOGIN_LOCATION .* reason=$2 rule=$3 " \
		"$5: it names cause and rule"
	[ -z "$4" ] ||
		like "$found" " cmd=$(cmd_of "$4") " "$5: it quotes the rule"
	like "$found" " via=pam evidence=recorded " "$5: it was recorded"
	like "$found" " rport=$(port_of "$1") laddr=127.0.0.1 lport=$SSHD_PORT " \
		"$5: it has both ends"
	like "$found" " hostname=$1 addr=$1 .*res=failed" \
		"$5: it names the client"
}

cp "$MODULE" "$W/pam_sshwhy.so"
ln -s "$SSHD" "$W/sshd2"
SSHD=$W/sshd2
printf '#!/bin/sh\necho %s\n' "$SSHD_PASSWORD" >"$W/askpass"
chmod 0755 "$W/askpass"

stack wrapper=enforce
rules '' ''
sshd_start 'KbdInteractiveAuthentication yes' || bail "sshd does not start"

# --- who is let in --------------------------------------------------------------

for method in publickey password keyboard-interactive; do
	is "$(log_in $method 127.0.1.1)" welcome "$method: a login works"
done
is "$(records 127.0.1.1)" '' "logins that succeed give no record"
unlike "$(cat "$SSHD_LOG")" 'pam_sshwhy' "nor a line in the system log"

# --- each outcome that denies -----------------------------------------------------

# denies NUMBER ALLOW DENY CAUSE RULE TEXT NAME: with a key, which runs only
# the account stack.
denies()
{
	rules "$2" "$3"
	unlike "$(log_in publickey "127.0.0.$1")" welcome "$7: no login"
	refused "127.0.0.$1" "$4" "$5" "$6" "$7"
}

denies 11 '' '# head\nsshd: 127.0.0.11\n' \
	wrapper.deny /etc/hosts.deny:2 'sshd: 127.0.0.11' 'a plain rule'
denies 13 '' 'sshd: 10.0.0.0/8, 127.0.0.12/30 \\\n 192.0.2.1\n' \
	wrapper.deny /etc/hosts.deny:2 \
	'sshd: 10.0.0.0/8, 127.0.0.12/30  192.0.2.1' 'a CIDR in a list'
denies 14 'sshd: 127.0.0.14 : deny\n' '' wrapper.option-deny \
	/etc/hosts.allow:2 'sshd: 127.0.0.14 : deny' 'an option deny'
denies 15 '' 'sshd: 127.0.0.15 : severity authpriv.nil\n' \
	wrapper.broken-rule /etc/hosts.deny:1 \
	'sshd: 127.0.0.15 : severity authpriv.nil' 'a broken option'
denies 16 'sshd: 127.0.0.16 : alow\n' '' wrapper.broken-rule \
	/etc/hosts.allow:2 'sshd: 127.0.0.16 : alow' \
	'a broken option in hosts.allow'
denies 17 '' 'sshd: 10.1.1.1\n# the end' wrapper.broken-rule \
	/etc/hosts.deny:2 '# the end' 'an unterminated file'
denies 18 '' "sshd: 10.1.1.1\n#$(printf '%2100s' '')\nsshd: 10.1.1.2\n" \
	wrapper.broken-rule /etc/hosts.deny:2 '' 'a line that is too long'
denies 19 '' 'sshd: 127.0.0.19 : twist /bin/echo no\n' wrapper.twist \
	/etc/hosts.deny:1 'sshd: 127.0.0.19 : twist /bin/echo no' 'a twist'

echo '127.0.0.24 client.refused.test' >>/etc/hosts
denies 24 '' 'sshd: .refused.test\n' wrapper.deny /etc/hosts.deny:1 \
	'sshd: .refused.test' 'a name'

rules '' ''
rm /etc/hosts.deny
ln -s hosts.deny /etc/hosts.deny
unlike "$(log_in publickey 127.0.0.20)" welcome 'a table without end: no login'
refused 127.0.0.20 wrapper.broken-rule '/etc/hosts.deny(:0)?' '' \
	'a table that cannot be opened'

# --- retries ------------------------------------------------------------------

# A client repeats keyboard-interactive only when it was asked something, so
# here the password is asked for first.
rules '' 'sshd: 127.0.0.\n'
cat >/etc/pam.d/sshd2 <<-END
	auth	required pam_unix.so
	-auth	$ours
	account	required pam_unix.so
	-account	$ours
END
for try in 21:password:3 22:keyboard-interactive:3; do
	client=127.0.0.${try%%:*}
	method=${try#*:}
	method=${method%:*}
	unlike "$(log_in "$method" "$client")" welcome "$method: no login"
	refused "$client" wrapper.deny /etc/hosts.deny:1 'sshd: 127.0.0.' \
		"$method"
	attempts=$(grep -Ec "(Failed password|PAM: .*) for alice from $client" \
		"$SSHD_LOG")
	is "$attempts" "${try##*:}" "$method: the client had retried"
done
like "$(records 127.0.0.21)" ' acct="alice" ' 'the account is named'
stack wrapper=enforce

LOGIN=hunter2
unlike "$(log_in password 127.0.0.23)" welcome 'nobody: no login'
refused 127.0.0.23 wrapper.deny /etc/hosts.deny:1 'sshd: 127.0.0.' nobody
like "$(records 127.0.0.23)" ' acct="\(unknown\)" ' \
	'a name that is no account is not written'
LOGIN=

# --- observe, off, and what is broken ---------------------------------------------

stack wrapper=observe
for method in publickey password keyboard-interactive; do
	is "$(log_in $method 127.0.0.31)" welcome "observe: $method works"
done
found=$(records 127.0.0.31)
is "$(printf '%s\n' "$found" | grep -c ' via=pam evidence=simulated ')" 3 \
	'observe: each login is simulated once'
unlike "$found" evidence=recorded 'observe: and nothing else'

rules '' 'sshd: .refused.test\n'
is "$(log_in publickey 127.0.0.24)" welcome 'observe: a name lets everyone in'
is "$(records 127.0.0.24 | grep -c simulated)" 0 'observe: no name is looked up'
rules '' 'sshd: 127.0.0.\n'

stack
is "$(log_in publickey 127.0.0.32)" welcome \
	'without an argument libwrap, which is mapped, is not repeated'
is "$(records 127.0.0.32)" '' 'and nothing is recorded'

stack wrapper=enforce dameon=sshd
is "$(log_in password 127.0.0.33)" welcome 'a bad argument refuses nobody'
is "$(grep -c 'pam_sshwhy(sshd2:.*: argument "dameon=sshd": ' "$SSHD_LOG")" 1 \
	'and is named once'

stack wrapper=enforce
printf 'sinks = auto\nfold\n' >/etc/security/sshwhy.conf
is "$(log_in password 127.0.0.34)" welcome \
	'a broken configuration refuses nobody'
is "$(grep -c 'pam_sshwhy(sshd2:.*: /etc/security/sshwhy.conf:2: ' \
	"$SSHD_LOG")" 1 'and is named once, with its line'
rm /etc/security/sshwhy.conf

rules '' ''
sshd_overlay /var/lib || bail 'no /var/lib of our own'
mkdir -p /var/lib/sshwhy
echo rubbish >/var/lib/sshwhy/bans
for client in 127.0.0.37 127.0.0.38; do
	is "$(log_in password $client)" welcome \
		'a damaged ban list refuses nobody'
done
audit_flush
found=$(grep -a ' reason=server.ban-list ' "$AUDIT_LOG")
is "$(printf '%s\n' "$found" | grep -c .)" 1 'and is recorded once'
like "$found" '^type=USER_ERR .* rule=/var/lib/sshwhy/bans .* via=pam evidence=simulated .* addr=127.0.0.37 .*res=success' \
	'the record names the file, and nobody was refused'
rm /var/lib/sshwhy/bans
rules '' 'sshd: 127.0.0.\n'

echo 'no module' >"$W/pam_sshwhy.so"
is "$(log_in password 127.0.0.35)" welcome 'a damaged module refuses nobody'
rm "$W/pam_sshwhy.so"
for method in publickey password keyboard-interactive; do
	is "$(log_in $method 127.0.0.36)" welcome \
		"$method works when the module is gone"
done

done_testing
