#!/bin/sh
# check.sh - mistakes in sshd_config, the PAM stack, sshwhy.conf, fail2ban and
# the firewall, one row each, in a copied-off host; Debian's own files have
# none. hosts.allow and hosts.deny have check_wrapper.sh.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"
def=$PWD/../../../cli/check.def

root=$work/root
TMPDIR=$work/scratch
export TMPDIR
mkdir -p "$TMPDIR" "$root/etc/ssh" "$root/etc/pam.d" "$root/etc/security" \
	"$root/lib/any/security"
: >"$work/seen"
for module in unix permit access nologin sshwhy; do
	: >"$root/lib/any/security/pam_$module.so"
done
printf 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n' \
	>"$root/etc/passwd"
printf 'root:x:0:\nstaff:x:50:alice\n' >"$root/etc/group"

# told CODE|LAYER: findings of the layer, as LINE CODE
told()
{
	"$builddir/sshwhy" check --root "$root" --only "${1%%.*}" --json \
		2>"$work/err" | jq -r '"\(.line // 0) \(.code)"'
}

# row FILE CONTENT "LINE CODE" NAME
row()
{
	mkdir -p "$(dirname "$root$1")"
	# shellcheck disable=SC2059 # it is a format
	printf -- "$2" >"$root$1"
	got=$(told "${3#* }" | grep -Fx -e "$3" | sort -u)
	is "$got" "$3" "$4: $3"
	echo "${3#* }" >>"$work/seen"
}

# sshd CONTENT "LINE CODE" NAME
sshd()
{
	row /etc/ssh/sshd_config "$@"
}

if [ -x /usr/sbin/sshd ]; then
	sshd 'Port 22\nNoSuchThing yes\n' '2 sshd.syntax' 'an unknown keyword'
	sshd 'PubkeyAuthentication no\nPasswordAuthentication no
KbdInteractiveAuthentication no\n' '2 sshd.no-method' 'no way in'
	sshd 'PasswordAuthentication no
AuthenticationMethods publickey,password\n' '0 sshd.methods' \
		'methods that are off'
	sshd 'AllowUsers root\nPermitRootLogin no\n' '1 sshd.only-root' \
		'only root, who may not'
	sshd 'PubkeyAuthentication no\n' '0 sshd.root-method' \
		'root without a method'
	sshd 'UsePAM no\nPubkeyAuthentication no\nPasswordAuthentication no\n' \
		'1 sshd.keyboard-without-pam' 'nobody to ask'
	sshd 'MaxSessions 0\n' '1 sshd.no-sessions' 'no sessions'
	sshd 'MaxAuthTries 1\n' '1 sshd.few-tries' 'few tries'
	sshd 'LoginGraceTime 5\n' '1 sshd.short-grace' 'short grace time'
	sshd 'LoginGraceTime 0\n' '1 sshd.no-grace' 'no grace time'
	sshd 'MaxStartups 3\n' '1 sshd.few-startups' 'few startups'
	sshd 'PerSourceMaxStartups 1\n' '1 sshd.per-source' 'few of a source'
	sshd 'LogLevel QUIET\n' '1 sshd.quiet' 'no log'
	sshd 'X11Forwarding no\nX11Forwarding yes\n' '2 sshd.repeated' \
		'the first line holds'
	sshd 'MaxStartups 20:30:90\nMaxStartups 10:30:90\n' '1 sshd.repeated' \
		'of MaxStartups the last'
	sshd 'AllowUsers alice\nDenyUsers ali*\n' \
		'2 sshd.allowed-and-denied' 'a user of both lists'
	sshd 'AllowUsers alice bob\n' '1 sshd.no-such-user' 'no such user'
	sshd 'AllowGroups wheel\n' '1 sshd.no-such-group' 'no such group'
	sshd 'AllowUsers alice\nMatch Address 192.0.2.0/24\nAllowUsers root\n' \
		'3 sshd.match-replaces' 'a Match block with a list'
	sshd 'Include none.d/*.conf\n' '1 sshd.include-nothing' \
		'a folder that is not there'
	sshd 'ChrootDirectory /srv/none/%%u\n' '1 sshd.chroot' \
		'a chroot that is not there'
	sshd 'HostKey /etc/ssh/none\n' '0 sshd.host-key-missing' 'no such key'
	ssh-keygen -q -t ed25519 -N '' -f "$root/etc/ssh/key"
	chmod 644 "$root/etc/ssh/key"
	sshd 'HostKey /etc/ssh/key\n' '0 sshd.host-key-mode' 'an open key'
	printf 'auth [default=ignore perm_denied=die] pam_sshwhy.so\n' \
		>"$root/etc/pam.d/sshd"
	sshd 'UsePAM no\n' '1 sshd.no-pam' 'PAM that is not used'

	mkdir -p "$root/etc/ssh/sshd_config.d"
	echo 'PermitRootLogin yes' >"$root/etc/ssh/sshd_config.d/a.conf"
	printf 'PermitRootLogin no\nInclude /etc/ssh/sshd_config.d/*.conf\n' \
		>"$root/etc/ssh/sshd_config"
	why check --root "$root" --only sshd --json
	is "$(jq -r 'select(.code == "sshd.repeated") |
		"\(.file) \(.line) \(.detail)"' "$work/out")" \
		"$root/etc/ssh/sshd_config.d/a.conf 1 $root/etc/ssh/sshd_config:1 holds" \
		'a drop-in that is included too late, in the other root'
	rm -r "$root/etc/ssh/sshd_config.d/a.conf" "$root/etc/ssh/key"
	if [ -r /usr/share/openssh/sshd_config ]; then
		for key in rsa ecdsa ed25519; do
			ssh-keygen -q -t $key -N '' \
				-f "$root/etc/ssh/ssh_host_${key}_key"
		done
		cp /usr/share/openssh/sshd_config "$root/etc/ssh/"
		is "$(told sshd)" '' "Debian's sshd_config has no mistake"
	fi
	# systemd takes it away with the service, and sshd -T wants it. Who is
	# not root becomes it for that, which cannot be in a chroot.
	user=--map-root-user
	[ "$(id -u)" -ne 0 ] || user=
	# shellcheck disable=SC2086 # nothing, or a word
	is "$(unshare $user -m -- /bin/sh -c 'mount -t tmpfs tmpfs /run && "$@"' sh \
		"$builddir/sshwhy" check --root "$root" --only sshd 2>&1)" \
		'0 errors, 0 warnings, 0 notes' 'nor without /run/sshd'
	is "$(ls "$TMPDIR")" '' 'nothing is left behind'
fi

# --- PAM --------------------------------------------------------------------------

# pam CONTENT "LINE CODE" NAME
pam()
{
	row /etc/pam.d/sshd "$@"
}

pam 'auth required pam_unix.so\n@include common-none\n' '2 pam.broken' \
	'an include that is not there'
pam '@include sshd\n' '1 pam.broken' 'a file that includes itself'
pam 'auth requird pam_unix.so\n' '1 pam.control' 'an unknown control'
pam 'auth required pam_none.so\n' '1 pam.module-missing' 'no such module'
pam 'account sufficient pam_permit.so
-account [default=ignore perm_denied=die] pam_sshwhy.so\n' '2 pam.unreached' \
	'our line behind sufficient'
pam '-account optional pam_sshwhy.so\n' '1 pam.our-control' 'our control'
printf '# none\n+:root:ALL\nroot:ALL\n' >"$root/etc/security/access.conf"
pam 'account required pam_access.so\n' '3 pam.access-syntax' \
	'a line that pam_access skips'
: >"$root/etc/nologin"
pam 'auth required pam_unix.so\n' '0 pam.nologin' 'nologin'
rm "$root/etc/nologin"
printf -- '-auth required pam_none.so\nauth [success=1 default=ignore] pam_unix.so
auth requisite pam_permit.so\n-account [default=ignore perm_denied=die] pam_sshwhy.so
account required pam_nologin.so\n' >"$root/etc/pam.d/sshd"
is "$(told pam)" '' 'right lines give no finding'
rm "$root/etc/pam.d/sshd"
printf 'auth required pam_unix.so\n' >"$root/etc/pam.d/other"
is "$(told pam)" '0 pam.missing' 'no stack for sshd'
echo pam.missing >>"$work/seen"

# --- sshwhy.conf ------------------------------------------------------------------

# conf CONTENT "LINE CODE" NAME
conf()
{
	row /etc/security/sshwhy.conf "$@"
}

conf 'observe = yes\nnonsense = 1\n' '2 conf.syntax' 'an unknown key'
conf 'observe = yes\n' '0 conf.observe' 'observing only'
conf 'rate.a = 10/1m burst 10 per 32/64\nrate.b = 20/1m burst 20 per 32/64\n' \
	'2 conf.rate-shadowed' 'a rate rule behind a stricter one'
chmod 666 "$root/etc/security/sshwhy.conf"
is "$(told conf)" '0 conf.unsafe' 'a file that anyone may write'
echo conf.unsafe >>"$work/seen"
rm "$root/etc/security/sshwhy.conf"
mkdir -p "$root/var/lib/sshwhy"
why ban 192.0.2.1 --dir "$root/var/lib/sshwhy"
is "$(told conf)" '' 'a whole ban list'
echo 2001:db8::1 >"$work/feed"
why ban --from "$work/feed" --owner feed --dir "$root/var/lib/sshwhy"
is "$(told conf)" '' 'and a rewritten one'
# Behind the header and the IPv4 addresses.
printf 'XXXXXXXXXXXXXXXX' | dd of="$root/var/lib/sshwhy/bans" conv=notrunc \
	status=none bs=1 seek=6244
is "$(told conf)" '0 conf.bans' 'a ban list damaged where not every client comes'
for file in "$root"/var/lib/sshwhy/*; do
	[ ! -s "$file" ] || printf 'XXXXXXXXXXXXXXXX' |
		dd of="$file" conv=notrunc status=none
done
is "$(told conf)" '0 conf.bans' 'a damaged ban list'
echo conf.bans >>"$work/seen"

# --- fail2ban ---------------------------------------------------------------------

if [ -x /usr/bin/fail2ban-client ]; then
	cp -r /etc/fail2ban "$root/etc/fail2ban"
	rm -f "$root"/etc/fail2ban/jail.d/*
	mkdir -p "$root/usr/sbin" "$root/var/log"
	: >"$root/usr/sbin/iptables"
	: >"$root/var/log/auth.log"
	local=/etc/fail2ban/jail.local
	log="logpath = $root/var/log/auth.log\n"
	right="[sshd]\nenabled = true\nbackend = polling\n$log"
	right="${right}ignoreip = 192.0.2.0/24\nbanaction = iptables-multiport\n"

	printf '%b' "$right" >"$root$local"
	is "$(told fail2ban)" '' 'a right jail gives no finding'
	row $local '[sshd]\nenabled = false\n' '0 fail2ban.no-jail' 'no jail'
	row $local '[sshd]\nenabled = true\nbackend = auto
logpath = /nonexistent/auth.log\n' '0 fail2ban.no-log' 'no log'
	row $local "[sshd]\nenabled = true\nbackend = polling\n$log" \
		'0 fail2ban.no-ignoreip' 'nobody is spared'
	row $local "${right}bantime = 30d\n" '0 fail2ban.purge' \
		'bans that are forgotten'
	row $local "${right%banaction*}banaction = nftables-multiport\n" \
		'0 fail2ban.no-tool' 'no nft'
	row $local '[sshd\n' '0 fail2ban.syntax' 'a broken file'
fi

# --- firewall ---------------------------------------------------------------------

# fenced RULES [SSHD-OPTION...]: what is said of a host with both families; with
# an sshd where it has options.
fenced()
{
	rules="table inet f {\nchain in {\n$1\n}\n}\n"
	shift
	# shellcheck disable=SC2016 # it is the inner shell's
	unshare -mn sh -c '
		rules=$1 sshwhy=$2 key=$3
		shift 3
		ip link set lo up && ip link add eth0 type veth peer name eth1 &&
		ip link set eth1 up &&
		ip addr add 192.0.2.1/24 dev eth0 && ip link set eth0 up &&
		ip addr add 2001:db8::1/64 dev eth0 nodad &&
		ip route add default via 192.0.2.254 &&
		ip route add default via 2001:db8::fe &&
		printf "%b" "$rules" | nft -f - || exit
		[ "$#" -eq 0 ] || {
			mount -t tmpfs none /run && mkdir /run/sshd
			/usr/sbin/sshd -h "$key" -f /dev/null \
				-o PidFile=/run/pid "$@" 9>&- || exit
			until [ -s /run/pid ]; do sleep 0.01; done
		}
		"$sshwhy" check --only firewall --json
		[ ! -s /run/pid ] || [ "$#" -eq 0 ] || kill "$(cat /run/pid)"
		' - "$rules" "$builddir/sshwhy" "$work/key" "$@"
}

# firewall RULES "CODE" NAME
firewall()
{
	got=$(fenced "$1" | jq -r .code)
	is "$got" "$2" "$3: ${2:-nothing}"
	[ -z "$2" ] || echo "$2" >>"$work/seen"
}

# family RULES "CODE DETAIL" NAME SSHD-OPTION...
family()
{
	rules=$1 want=$2 name=$3
	shift 3
	is "$(fenced "$rules" "$@" | jq -r '.code + " " + .detail')" "$want" \
		"$name: ${want:-nothing}"
}

if [ "$(id -u)" -eq 0 ] && [ -x /usr/sbin/nft ]; then
	hook='type filter hook input priority 0; policy'
	firewall "$hook drop;\ntcp dport 22 accept" '' 'an open port'
	firewall "$hook drop;" firewall.policy 'no rule at all'
	firewall "$hook drop;\ntcp dport 2222 accept" firewall.policy \
		'a rule for another port'
	firewall "$hook accept;\ntcp flags syn drop" firewall.refused \
		'a rule that drops'
	firewall "$hook accept;\ntcp flags syn drop\ntcp dport { 22, 80 } accept" \
		firewall.shadowed 'an accept behind a drop'
	only4="$hook drop;\nmeta nfproto ipv4 tcp dport 22 accept"
	only6="$hook drop;\nmeta nfproto ipv6 tcp dport 22 accept"
	family "$only4" 'firewall.policy port 22 over IPv6' 'without sshd'
fi
if [ "$(id -u)" -eq 0 ] && [ -x /usr/sbin/nft ] && [ -x /usr/sbin/sshd ]; then
	[ -s "$work/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$work/key"
	family "$only4" 'firewall.policy port 22 over IPv6' \
		'sshd listens on both' -p22
	family "$only6" 'firewall.policy port 22 over IPv4' \
		'and the other way round' -p22
	family "$only4" '' 'sshd listens on IPv4 only' -p22 -4
	family "$only6" '' 'sshd listens on IPv6 only' -p22 -6
	family "$hook drop;" 'firewall.policy port 2222' \
		'what refuses both is said once' -p2222
fi

# --- the command ------------------------------------------------------------------

for words in '--level loud' '--only nothing' '--root /nonexistent' '--nonsense' \
	'/etc/passwd'; do
	# shellcheck disable=SC2086 # a list of words
	why check $words
	is "$status $(wc -l <"$work/err")" '3 1' \
		"usage: one line and exit status 3 for: $words"
done
why check "$work/hosts.allow"
is "$status" 4 'a file that is not there is exit status 4'

unplanted=$(sed -n 's/^CHECK([A-Z0-9_]*, "\([a-z0-9.-]*\)".*/\1/p' "$def" |
	grep -v -e '^wrapper\.' -e '\.unseen$' | sort |
	comm -23 - "$(sort -u "$work/seen" >"$work/sorted"; echo "$work/sorted")")
is "$unplanted" 'fail2ban.port
sshd.stale
sshd.startups-full
sshd.user-without-group' 'every code that a copy can show was planted'
done_testing
