#!/bin/sh
# fresh_root.sh - the commands of README.md, as they stand there, on a Debian 12
# that has nothing but systemd and sshd and is booted: the package is installed,
# enabled, explains a refused client, is upgraded, disabled and purged.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/boot.sh"
boot_world "$0" "$@"

# commands SECTION: the first block of commands in it, and every later one that
# is no example of what is printed.
commands()
{
	awk -v title="## $1" '
		/^## / { in_it = $0 == title }
		in_it && /^    [a-z.]/ && !/^    (wrapper|pam|recorder|firewall) / {
			print substr($0, 5)
		}' "$srcdir/README.md"
}
like "$(commands 'Install')" '^apt install ./build/sshwhy_\*\.deb$' \
	"README installs the package"
is "$(commands 'Switch it on' | head -n 1)" "sshwhy enable" \
	"switches it on"
is "$(commands 'Switch it off' | tail -n 1)" "apt purge sshwhy" \
	"and gets rid of it"

# The first line of "Install", here.
boot_package || bail "no package: $(tail -n 20 "$BOOT_WORLD/package.log")"
package=$BOOT_PACKAGE

boot_start || bail "the fresh Debian does not boot"
ok 0 "a fresh Debian 12 boots"
mkdir -p "$R/root/sshwhy/build"
cp "$package" "$R/root/sshwhy/build"

# follow SECTION [PATTERN]: type its commands, those that match, and yes.
follow()
{
	followed=
	while read -r line <&4; do
		case $line in *"${2:-}"*) ;; *) continue ;; esac
		inside_terminal y "cd /root/sshwhy && $line" \
			>"$W/typed" 2>&1 && continue
		diag "$line: $(cat "$W/typed")"
		followed=no
	done 4<<-END
		$(commands "$1")
	END
	[ -z "$followed" ]
}

# What may change in /etc, and what is ours elsewhere. ld.so.cache is written
# anew for every library.
picture()
{
	inside sh -c 'find /etc -printf "%p %y %m %U %G %l\n" | sort
		find /etc -type f -exec sha256sum {} + | sort -k 2
		find / -xdev -name "*sshwhy*" ! -path "/root/*" \
			! -path "/var/lib/dpkg/*" ! -path "/srv/*" \
			! -path "/var/log/journal/*" | sort' |
		grep -v '/etc/ld.so.cache$'
}
same()
{
	picture >"$W/now"
	holds "$2" diff "$1" "$W/now"
}
part()
{
	inside sshwhy status --json |
		jq -r --arg part "$1" 'select(.part == $part) | .state'
}
listener()
{
	inside systemctl show -P MainPID ssh.service
}

# --- a client and a server ----------------------------------------------------

inside useradd -m -s /bin/sh alice
inside su alice -c 'cd && mkdir -m 700 .ssh && cd .ssh &&
	ssh-keygen -q -t ed25519 -N "" -f id && cp id.pub authorized_keys' \
	2>"$W/key" || bail "no key: $(cat "$W/key")"
login()
{
	inside timeout 60 ssh -F /dev/null -b "$1" -i /home/alice/.ssh/id \
		-o BatchMode=yes -o UserKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no -o LogLevel=ERROR \
		alice@127.0.0.1 echo in 2>&1 </dev/null
}
is "$(login 127.0.0.9)" in "a client logs in before anything is installed"

# --- installed, and nothing is on ---------------------------------------------

picture >"$W/bare"
before=$(listener)
holds "README: Install" follow Install "apt install"
holds "the package is there" inside sshwhy --version
is "$(inside systemctl list-unit-files --no-legend '*sshwhy*')" "" \
	"systemd knows no unit of it"
is "$(inside sshwhy status | awk '{ print $2 }' | sort -u)" off \
	"every part is off"
is "$(listener)" "$before" "sshd was left alone"
picture >"$W/installed"

# --- README: Switch it on -----------------------------------------------------

holds "README: enable" follow "Switch it on" "sshwhy enable"
is "$(part wrapper)" pending "sshd does not have the hook yet"
is "$(listener)" "$before" "it was not restarted"
is "$(inside systemctl is-active sshwhyd.service)" active "the recorder runs"
like "$(inside sshwhy status)" \
	'^recorder +pending +/etc/ssh/sshd_config.d/50-sshwhy.conf ' \
	"sshd does not know yet what to tell it"
holds "README: all of it, now or again" follow "Switch it on"
is "$(inside sshwhy status)" "$(sed -n 's/^    \(\(wrapper\|pam\|recorder\|firewall\)  .*\)/\1/p' \
	"$srcdir/README.md")" "status is what README shows"
holds "nothing is left to do" inside sshwhy status
is "$(inside systemd-analyze verify --man=no ssh.service sshwhyd.service \
	sshwhyd.socket 2>&1)" "" "systemd finds nothing wrong"
is "$(inside systemctl is-enabled sshwhyd.service sshwhyd.socket |
	sort -u)" enabled "the recorder is started at the next boot"
is "$(login 127.0.0.9)" in "a client logs in"
inside sh -c 'echo "sshd: 127.0.0.5" >>/etc/hosts.deny'
like "$(login 127.0.0.5)" 'reset by peer|closed by' "another one is refused"

# recorded ADDRESS: until there is a record of it.
recorded()
{
	inside timeout 20 sh -c "until sshwhy list --client $1 | grep -q .; do
		sleep 0.1; done"
}
recorded 127.0.0.5
inside sshwhy 127.0.0.5 >"$W/answer" 2>&1
line=$(inside grep -c '' /etc/hosts.deny)
like "$(head -n 1 "$W/answer")" \
	"^127.0.0.5  REJECTED by TCP wrappers, /etc/hosts.deny:$line " \
	"sshwhy names the rule"
like "$(cat "$W/answer")" 'recorded by the wrapper hook in sshd' \
	"as it was recorded"
advice=$(sed -n 's,.*add to /etc/hosts.allow: *,,p' "$W/answer")
inside sh -c "echo '$advice' >>/etc/hosts.allow"
is "$(login 127.0.0.5)" in "and what to do about it"
inside sed -i \$d /etc/hosts.allow

# --- upgrade ------------------------------------------------------------------

# The same files in another version, and a hook that is another file.
next=$R/root/sshwhy/next
dpkg-deb -R "$package" "$next" >/dev/null 2>&1
sed -i 's/^Version: .*/Version: 99-1/' "$next/DEBIAN/control"
printf 'later' >>"$next/usr/lib/sshwhy/sshwhy_hook.so"
dpkg-deb --root-owner-group -b "$next" "$R/root/sshwhy/next.deb" >/dev/null
rm -r "$next"
picture >"$W/enabled"
sessions=$(inside sh -c 'sleep 600 >/dev/null 2>&1 & echo $!')
before=$(listener) recorder=$(inside systemctl show -P MainPID sshwhyd.service)
holds "an upgrade" inside sh -c 'yes | apt-get install -q /root/sshwhy/next.deb'
# shellcheck disable=SC2016 # a field of dpkg's
is "$(inside dpkg-query -W -f '${Version}' sshwhy)" 99-1 "is installed"
same "$W/enabled" "what was enabled stays enabled"
is "$(listener)" "$before" "sshd was not restarted"
is "$(part wrapper)" pending "it has the hook of before, and status says so"
fails "the recorder is the new one" [ "$recorder" = \
	"$(inside systemctl show -P MainPID sshwhyd.service)" ]
is "$(login 127.0.0.9)" in "clients log in"
fails "or are refused" [ "$(login 127.0.0.5)" = in ]
inside systemctl restart ssh.service
is "$(part wrapper)" on "after a restart it has the new one"
inside kill "$sessions"

# --- README: Switch it off ----------------------------------------------------

inside sed -i \$d /etc/hosts.deny
holds "README: disable" follow "Switch it off" "sshwhy disable"
inside rm -f /var/log/sshwhy/rejections.jsonl
inside rmdir /var/log/sshwhy 2>/dev/null
same "$W/installed" "every file is as it was, byte for byte"
holds "README: restart" follow "Switch it off" systemctl
fails "sshd is without the hook" inside grep -q sshwhy_hook \
	"/proc/$(listener)/maps"
is "$(inside systemctl is-active sshwhyd.service)" inactive \
	"and the recorder is gone"
is "$(login 127.0.0.9)" in "a client logs in"

# --- ssh.socket ---------------------------------------------------------------

inside sshwhy enable --yes >/dev/null
inside sh -c 'systemctl disable --now ssh.service &&
	systemctl enable --now ssh.socket' >/dev/null 2>&1
inside sh -c 'echo "sshd: 127.0.0.6" >>/etc/hosts.deny'
is "$(login 127.0.0.9)" in "ssh.socket: a client logs in"
fails "ssh.socket: another one is refused" [ "$(login 127.0.0.6)" = in ]
recorded 127.0.0.6
like "$(inside sshwhy 127.0.0.6 | head -n 1)" 'TCP wrappers, /etc/hosts.deny:' \
	"ssh.socket: and explained"
inside sh -c 'systemctl disable --now ssh.socket; systemctl stop ssh.service' \
	>/dev/null 2>&1
inside sshwhy disable --yes >/dev/null
# As on Fedora, Arch and Debian 11: one sshd for each connection.
inside sh -c 'cat >/etc/systemd/system/ssh@.service <<-END
	[Service]
	ExecStart=-/usr/sbin/sshd -i
	StandardInput=socket
	RuntimeDirectory=sshd
	RuntimeDirectoryPreserve=yes
	END
	cat >/etc/systemd/system/ssh-each.socket <<-END
	[Socket]
	ListenStream=22
	Accept=yes
	Service=ssh
	END
	sed -i /^Service=/d /etc/systemd/system/ssh-each.socket
	mv /etc/systemd/system/ssh-each.socket /etc/systemd/system/ssh.socket
	systemctl daemon-reload'
inside sshwhy enable --yes >/dev/null
holds "ssh@.service has a drop-in of its own" inside grep -q \
	'^StandardError=journal' /etc/systemd/system/ssh@.service.d/sshwhy.conf
holds "the socket" inside systemctl start ssh.socket
inside sed -i 's/127.0.0.6/127.0.0.7/' /etc/hosts.deny
is "$(login 127.0.0.9)" in "ssh@.service: a client logs in" ||
	diag "$(inside journalctl --no-pager -n 30)"
fails "ssh@.service: another one is refused" [ "$(login 127.0.0.7)" = in ]
recorded 127.0.0.7
like "$(inside sshwhy 127.0.0.7 | head -n 1)" 'TCP wrappers, /etc/hosts.deny:' \
	"ssh@.service: and explained"
inside mv /usr/lib/sshwhy/sshwhy_hook.so /root/hook
is "$(login 127.0.0.9)" in \
	"ssh@.service: without the hook nothing is said to the client" ||
	diag "$(inside journalctl --no-pager -n 30)"
inside mv /root/hook /usr/lib/sshwhy/sshwhy_hook.so
inside sh -c 'systemctl stop ssh.socket
	rm /etc/systemd/system/ssh@.service /etc/systemd/system/ssh.socket
	systemctl daemon-reload
	systemctl enable --now ssh.service' >/dev/null 2>&1

# --- removed and purged -------------------------------------------------------

inside sed -i \$d /etc/hosts.deny
like "$(inside sshwhy status)" '^wrapper +on' "it is enabled"
holds "apt remove" inside sh -c 'yes | apt-get remove -q sshwhy'
fails "switches it off first" inside grep -rl --exclude-dir=security \
	--exclude-dir=logrotate.d --exclude-dir=fail2ban sshwhy /etc
holds "and leaves its configuration" inside test -e /etc/security/sshwhy.conf
holds "README: purge" follow "Switch it off" "apt purge"
same "$W/bare" "nothing of it is left"
is "$(login 127.0.0.9)" in "a client logs in"
is "$(inside systemctl is-system-running)" running "nothing has failed" ||
	diag "$(inside systemctl --failed --no-pager)"
done_testing
