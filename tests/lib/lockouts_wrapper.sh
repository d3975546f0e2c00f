# lockouts_wrapper.sh - clients that TCP wrappers lock out. Sourced, POSIX
# shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154

lock_plain()
{
	printf '# Rules of this test.\nsshd: %s\n' "$client" >/etc/hosts.deny
}

lock_list()
{
	echo 'sshd: 192.0.2.77, 203.0.113.0/24, 198.51.100.0/255.255.255.0' \
		>/etc/hosts.deny
}

lock_denyhosts()
{
	mkdir -p /var/lib/denyhosts
	echo "$client:5:Sun Nov 22 07:20:11 2026" >/var/lib/denyhosts/hosts
	printf '# DenyHosts: Sun Nov 22 07:20:11 2026 | sshd: %s\nsshd: %s\n' \
		"$client" "$client" >/etc/hosts.deny
}

unlock_denyhosts()
{
	like "$(cat "$W/advice")" 'restores it from .*/var/lib/denyhosts/hosts' \
		"$title: the files of DenyHosts are named"
	rm -r /var/lib/denyhosts
}

lock_option()
{
	printf 'ALL: 127.0.0.1\nsshd: %s: deny\n' "$client" >/etc/hosts.allow
}

lock_broken()
{
	printf 'in.ftpd: ALL\nsshd: %s: deny-politely\n' "$client" \
		>/etc/hosts.deny
}

lock_broken_allow()
{
	printf 'sshd: %s: allow-politely\n' "$client" >/etc/hosts.allow
}

lock_newline()
{
	printf 'in.ftpd: ALL\nsshd: 192.0.2.77' >/etc/hosts.deny
}

lock_twist()
{
	echo "sshd: $client: twist /bin/echo go away" >/etc/hosts.deny
}

lock_loop()
{
	rm /etc/hosts.deny
	ln -s hosts.deny /etc/hosts.deny
}

unlock_loop()
{
	rm -f /etc/hosts.deny
}

lock_wrapper6()
{
	echo 'sshd: [2001:db8:2::]/64' >/etc/hosts.deny
}

lock_except()
{
	echo 'ALL: ALL EXCEPT 192.0.2.77' >/etc/hosts.deny
}

lock_continued()
{
	printf 'sshd: 192.0.2.77, \\\n  203.0.113.\n' >/etc/hosts.deny
}

lockouts_wrapper()
{
	serve
	lockout plain wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:2   "sshd: ' \
		'a rule of hosts.deny'
	lockout list wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:1   "sshd: 192.0.2.77, 203.0.113.0/24, ' \
		'a prefix in a list'
	lockout except wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:1   "ALL: ALL EXCEPT 192.0.2.77"' \
		'a rule for ALL with exceptions'
	lockout continued wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:2   "sshd: 192.0.2.77, ' \
		'a rule of two lines'
	lockout denyhosts wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:2   "sshd: ' \
		'a rule that DenyHosts wrote'
	lockout option wrapper.option-deny wrapper \
		'REJECTED by TCP wrappers \(option deny\), /etc/hosts\.allow:2 ' \
		'the option deny in hosts.allow'
	lockout broken wrapper.broken-rule wrapper \
		'REJECTED by TCP wrappers \(broken rule\), /etc/hosts\.deny:2 ' \
		'an option that is none'
	lockout broken_allow wrapper.broken-rule wrapper \
		'REJECTED by TCP wrappers \(broken rule\), /etc/hosts\.allow:1 ' \
		'an option that is none, in hosts.allow'
	lockout newline wrapper.broken-rule wrapper \
		'REJECTED by TCP wrappers \(broken rule\), /etc/hosts\.deny:2 ' \
		'a last line without newline'
	lockout twist wrapper.twist wrapper \
		'REJECTED by TCP wrappers \(twist\), /etc/hosts\.deny:1 ' \
		'a twist'
	lockout loop wrapper.broken-rule wrapper \
		'REJECTED by TCP wrappers \(broken rule\), /etc/hosts\.deny ' \
		'a hosts.deny that cannot be opened'
	lockout wrapper6 wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:1 ' \
		'a prefix of IPv6'
}
