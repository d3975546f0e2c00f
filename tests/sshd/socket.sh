#!/bin/sh
# socket.sh - ssh.socket on a Debian that is booted: its limits are recorded and
# explained by the line of the unit, what is advised lets the client in, and the
# firewall is watched on the ports where the service manager listens for sshd.

set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/wait.sh"
. "$srcdir/tests/lib/boot.sh"
boot_world "$0" "$@"

DROP_IN=/etc/systemd/system/ssh.socket.d/test.conf
holders=
let_go()
{
	for holder in $holders; do
		kill "$holder" 2>/dev/null
		wait "$holder" 2>/dev/null
	done
	holders=
}
end_socket()
{
	let_go
	boot_end
}
trap end_socket EXIT

boot_package || bail "no package: $(tail -n 20 "$BOOT_WORLD/package.log")"
boot_start || bail "the Debian does not boot"
boot_install || bail "not installed: $(cat "$W/installed")"
cp "$srcdir/tests/lib/follow.sh" "$R/root/follow.sh"

# --- a client and a server ----------------------------------------------------

inside useradd -m -s /bin/sh alice
inside su alice -c 'cd && mkdir -m 700 .ssh && cd .ssh &&
	ssh-keygen -q -t ed25519 -N "" -f id && cp id.pub authorized_keys' \
	2>"$W/key" || bail "no key: $(cat "$W/key")"
port=22
login()
{
	inside timeout 20 ssh -F /dev/null -b "$1" -i /home/alice/.ssh/id \
		-p "$port" -o BatchMode=yes -o UserKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no -o LogLevel=ERROR \
		alice@127.0.0.1 echo in 2>&1 </dev/null
}

# hold ADDR: a connection that says nothing, until let_go.
hold()
{
	: >"$W/held"
	"$builddir/tests/tools/dial" "$1" 7000 127.0.0.1 "$port" \
		>"$W/held" 2>&1 </dev/null &
	holders="$holders $!"
	wait_for "$W/held" '^SSH-2.0' || diag "no connection for $1"
}

# unit LINE...: of ssh.socket, in a drop-in.
unit()
{
	{
		printf '# Lines of this test.\n[Socket]\n'
		printf '%s\n' "$@"
	} >"$R$DROP_IN"
	inside systemctl daemon-reload
	inside systemctl restart ssh.socket
}

# traced PORT: the firewall is watched there. The system has no network
# namespace of its own.
traced()
{
	nft list set inet sshwhy ports 2>/dev/null |
		tr -d '{},=' | grep -q "elements.* $1\( \|\$\)"
}

untraced()
{
	! traced "$1"
}

records()
{
	inside sshwhy list --json
}

# count CAUSE RULE: records of it, of RULE (FILE:LINE TEXT).
count()
{
	records | jq -r '"\(.cause) \(.rule.source):\(.rule.line) \(.rule.text)"' |
		grep -cFx "$1 $2"
}

recorded()
{
	[ "$(count "$1" "$2")" -gt 0 ]
}

explain()
{
	inside sshwhy "$1" >"$W/answer" 2>&1
	json=$(inside sshwhy "$1" --json)
}

path()
{
	echo "$json" | jq -r '.now[] | "\(.layer)=\(.outcome)"' | head -n 3 |
		paste -sd ' '
}

obey()
{
	echo "$json" | jq -r '.advice[]' >"$W/advice"
	while read -r advice; do
		# shellcheck disable=SC2016 # for the inner shell
		inside sh -c '. /root/follow.sh; follow_line "$1"' - "$advice" \
			>>"$W/obeyed" 2>&1 || diag "failed: $advice"
	done <"$W/advice"
}

# lockout KEY LINE TITLE CLIENT: it is refused by that line of the drop-in.
lockout()
{
	fails "$3: the client is refused" [ "$(login "$4")" = in ]
	holds "$3: which is recorded" wait_until recorded limit.socket-unit \
		"$DROP_IN:$2 $1"
	is "$(count limit.socket-unit "$DROP_IN:$2 $1")" 1 "$3: once"
	explain "$4"
	like "$(head -n 1 "$W/answer")" \
		"^$4  REJECTED by a limit of ssh.socket, $DROP_IN:$2   \"$1" \
		"$3: the first line names it" || diag "$(cat "$W/answer")"
	is "$(path)" 'firewall=pass socket=reject penalty=not-reached' \
		"$3: the layers are right"
	obey
	is "$(login "$4")" in "$3: what is advised lets it in" ||
		diag "$(cat "$W/answer" "$W/obeyed")" \
			"$(inside systemctl status ssh.socket --no-pager)"
	let_go
}

# --- one sshd for all, started by the first connection ------------------------

mkdir -p "$R${DROP_IN%/*}"
printf 'fold = 0\nrefuse-delay = 0\n' >"$R/etc/security/sshwhy.conf"
inside sshwhy enable --yes --firewall >"$W/enabled" 2>&1 ||
	diag "$(cat "$W/enabled")"
inside sh -c 'systemctl disable --now ssh.service
	systemctl stop ssh.service
	systemctl log-target journal' >/dev/null 2>&1
unit 'ListenStream=2022'
is "$(inside systemctl is-active ssh.service)" inactive 'no sshd runs'
holds 'the firewall is watched on port 22' wait_until traced 22
holds 'and on the other port of the socket' wait_until traced 2022
unit 'ListenStream=2023'
holds 'a port that is new is watched' wait_until traced 2023
holds 'and one that is gone is not' wait_until untraced 2022

nft 'add table inet filter
	add chain inet filter input { type filter hook input priority 0; }
	add rule inet filter input ip saddr 127.0.0.50 tcp dport 2023 drop'
"$builddir/tests/tools/dial" 127.0.0.50 7000 127.0.0.1 2023 \
	</dev/null >/dev/null 2>&1 &
holders=$!
dropped()
{
	records | jq -r '"\(.cause) \(.client.addr) \(.server.port)"' |
		grep -qx 'firewall.drop 127.0.0.50 2023'
}
holds 'what is dropped there is recorded' wait_until dropped
let_go
nft delete table inet filter

unit 'TriggerLimitIntervalSec=1h' 'TriggerLimitBurst=2'
for client in 127.0.0.11 127.0.0.12; do
	is "$(login $client)" in "a client starts sshd ($client)"
	inside systemctl stop ssh.service 2>/dev/null
done
lockout TriggerLimitBurst=2 4 'TriggerLimit' 127.0.0.13
inside systemctl stop ssh.service 2>/dev/null

# --- one sshd for each connection, as on Fedora, Arch and Debian 11 -----------

cat >"$R/etc/systemd/system/ssh@.service" <<-END
	[Service]
	ExecStart=-/usr/sbin/sshd -i
	StandardInput=socket
	RuntimeDirectory=sshd
	RuntimeDirectoryPreserve=yes
END
inside sshwhy enable --yes --firewall >"$W/enabled" 2>&1
inside systemctl stop ssh.socket
unit 'Accept=yes' 'MaxConnections=2' 'ListenStream=2024'
holds 'the firewall is watched where no sshd ever listens' \
	wait_until traced 2024
hold 127.0.0.21
hold 127.0.0.22
lockout MaxConnections=2 4 MaxConnections 127.0.0.23

unit 'Accept=yes' 'MaxConnections=9' 'MaxConnectionsPerSource=1'
hold 127.0.0.24
is "$(login 127.0.0.25)" in 'another source comes in'
lockout MaxConnectionsPerSource=1 5 MaxConnectionsPerSource 127.0.0.24
is "$(records | jq -r 'select(.client.addr == "127.0.0.24") | .cause' |
	sort -u)" limit.socket-unit 'the record names the source'

unit 'Accept=yes' 'TriggerLimitIntervalSec=1h' 'TriggerLimitBurst=2'
is "$(login 127.0.0.26)" in 'the first connection'
is "$(login 127.0.0.26)" in 'the second connection'
lockout TriggerLimitBurst=2 5 'TriggerLimit, for each connection' 127.0.0.26

# What such an sshd says has its line, too.
printf 'DenyUsers alice\n' >>"$R/etc/ssh/sshd_config"
line=$(grep -c '' "$R/etc/ssh/sshd_config")
fails 'DenyUsers: the client is refused' [ "$(login 127.0.0.27)" = in ]
holds 'DenyUsers: which is recorded with its line' wait_until recorded \
	config.deny-user "/etc/ssh/sshd_config:$line DenyUsers alice"
explain 127.0.0.27
like "$(head -n 1 "$W/answer")" \
	"^127.0.0.27  REJECTED by DenyUsers, /etc/ssh/sshd_config:$line " \
	'DenyUsers: the first line names it' || diag "$(cat "$W/answer")"
obey
is "$(login 127.0.0.27)" in 'DenyUsers: what is advised lets it in' ||
	diag "$(cat "$W/answer")"
done_testing
