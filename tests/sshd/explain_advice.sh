#!/bin/sh
# Locked out, told why, let in again by what is advised, to the letter.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/follow.sh
. "$srcdir/tests/lib/follow.sh"

sshd_world "$0" "$@"
client=127.0.4.1
# What sshd logs is where sshwhy looks for it.
mkdir -p "$W/log"
ln -sf "$SSHD_LOG" /var/log/auth.log

# mended NAME [ARGUMENT...]: it is refused, sshwhy rejects it with a first line
# that matches FIRST, its advice is followed, and it is let in.
FIRST=.
# What sshd logs when its client has gone already.
LOGGED=
mended()
{
	name=$1
	shift
	unlike "$(ssh_from $client echo in)" '^in' "$name: refused"
	[ -z "$LOGGED" ] || wait_for "$SSHD_LOG" "$LOGGED"
	out=$("$builddir/sshwhy" $client "$@")
	like "$(echo "$out" | head -n 1)" "^$client  $FIRST" \
		"$name: the first line names it"
	: >"$SSHD_LOG.mark"
	follow $client "$@"
	answer=$(try_until_in)
	is "$answer" in "$name: what is advised lets it in"
	[ "$answer" = in ] || diag "$out" "$(cat "$W/advice")" \
		"$("$builddir/sshwhy" $client "$@")"
}

# A reload takes a moment, in which nobody listens.
try_until_in()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		try=$(ssh_from $client echo in)
		[ "$try" != in ] || break
		case $try in
		*refused* | *reset*) sleep 0.2 ;;
		*) break ;;
		esac
	done
	echo "$try"
}

start()
{
	sshd_start "$@" || bail 'sshd does not start'
}

start
echo 'sshd: 127.0.4.0/24' >/etc/hosts.deny
FIRST='REJECTED by TCP wrappers, /etc/hosts.deny:1 '
mended 'a rule of hosts.deny'
: >/etc/hosts.deny
: >/etc/hosts.allow
echo 'sshd: 127.0.4.1: deny' >/etc/hosts.allow
FIRST='REJECTED by TCP wrappers .option deny., /etc/hosts.allow:1 '
mended 'an option of hosts.allow'
: >/etc/hosts.allow
sshd_stop

for rule in 'DenyUsers alice' 'DenyUsers bob alice' 'DenyUsers al*' \
	'AllowUsers bob' 'AllowGroups root' 'DenyGroups alice'; do
	start "$rule"
	FIRST="REJECTED by ${rule%% *}, $W/sshd_config:1 "
	# The log has told of the user: nobody has to be named.
	case $rule in
	'DenyGroups alice') mended "$rule" --user alice ;;
	*) mended "$rule" ;;
	esac
	gpasswd -d alice root >/dev/null 2>&1
	sshd_stop
done

printf 'Match User alice\n\tAllowUsers bob\n' >/etc/ssh/extra
start 'Include /etc/ssh/extra'
FIRST='REJECTED by AllowUsers, /etc/ssh/extra:2 '
mended 'AllowUsers of a Match block'
sshd_stop

printf 'Match User alice\n\tAuthenticationMethods password\n' >/etc/ssh/extra
start 'Include /etc/ssh/extra' 'PasswordAuthentication no'
FIRST='REJECTED by AuthenticationMethods, /etc/ssh/extra:2 '
mended 'AuthenticationMethods'
sshd_stop

SSH_USER=root
cp "$W/id.pub" /etc/ssh/keys/root
start 'PermitRootLogin no'
FIRST="REJECTED by PermitRootLogin, $W/sshd_config:1 "
mended 'PermitRootLogin no' --user root
sshd_stop
printf 'Match User root\n\tPermitRootLogin no\n' >/etc/ssh/extra
start 'Include /etc/ssh/extra'
FIRST='REJECTED by PermitRootLogin, /etc/ssh/extra:2 '
mended 'PermitRootLogin of a Match block' --user root
sshd_stop
SSH_USER=alice

start 'PasswordAuthentication no'
chmod 666 /etc/ssh/keys/alice
FIRST='REJECTED by sshd .owner or mode of a key file.'
mended 'a key file that others may write'
chown 4711 /etc/ssh/keys/alice
mended 'a key file of somebody else'
sed -i 's/^/from="192.0.2.1" /' /etc/ssh/keys/alice
FIRST='UNKNOWN, was refused by authorized_keys, /etc/ssh/keys/alice:1'
mended 'a key for another client'
sed -i 's/^from="[^"]*" //' /etc/ssh/keys/alice
usermod -s /bin/gone alice
FIRST="REJECTED by the account's shell, /etc/passwd "
mended 'a shell that does not exist'
sshd_stop

start 'ChrootDirectory /home/alice'
FIRST="REJECTED by sshd .ChrootDirectory., $W/sshd_config:1 "
mkdir -p /home/alice/bin /home/alice/lib /home/alice/lib64
for file in /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*'); do
	mkdir -p "/home/alice$(dirname "$file")"
	cp -L "$file" "/home/alice$file"
done
mended 'a chroot that is not root'"'"'s'
chown alice /home/alice
sshd_stop

start 'Ciphers aes256-ctr'
SSH_OPTIONS='-c aes128-ctr'
FIRST="UNKNOWN, was refused by sshd .no common algorithm."
LOGGED='Unable to negotiate'
mended 'no common cipher'
SSH_OPTIONS=
LOGGED=
sshd_stop

start
rm -rf /run/sshd
FIRST='REJECTED by sshd .privilege separation.'
mended '/run/sshd is missing'
rm -f "$W/host_key"
FIRST='REJECTED by sshd .no host keys.'
mended 'the host key is missing'
chmod 644 "$W/host_key"
mended 'the host key is readable by all'
kill -STOP "$SSHD_PID"
"$builddir/sshwhy" $client >"$W/out"
like "$(head -n 1 "$W/out")" 'REJECTED by sshd .listen queue.' \
	'a stopped listener is told'
follow $client
is "$(try_until_in)" in 'and goes on as advised'
sshd_stop

start 'MaxSessions 0'
FIRST="REJECTED by MaxSessions, $W/sshd_config:1 "
mended 'MaxSessions 0'
sshd_stop

start 'DenyUsers alice'
echo 'sshd: 127.0.4.1' >/etc/hosts.deny
FIRST='REJECTED by TCP wrappers, /etc/hosts.deny:1 '
mended 'two rules, one behind the other' --user alice
: >/etc/hosts.deny
: >/etc/hosts.allow
sshd_stop
done_testing
