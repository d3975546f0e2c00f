# lockouts_protocol.sh - clients that speak what sshd does not. Sourced, POSIX
# shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

lock_cipher()
{
	serve 'Ciphers aes256-ctr,aes256-gcm@openssh.com'
	config_line 'Ciphers .*'
	clients_way='-c aes128-ctr'
}

lock_mac()
{
	serve 'MACs hmac-sha2-512'
	config_line 'MACs .*'
	clients_way='-c aes128-ctr -m hmac-sha2-256'
}

# By what sshd has without a line.
lock_kex()
{
	serve
	rule=sshd:default
	clients_way='-o KexAlgorithms=diffie-hellman-group14-sha1'
}

# There is no key of the type that the client can check.
lock_host_key_type()
{
	serve
	clients_way='-o HostKeyAlgorithms=ecdsa-sha2-nistp256'
}

lock_host_key_rsa()
{
	serve
	clients_way='-o HostKeyAlgorithms=ssh-rsa'
}

# says_first TEXT: what the client says in front of its own greeting.
says_first()
{
	cat >"$W/says" <<-END
		#!/bin/sh
		{ printf '$1'; exec cat; } |
		exec $builddir/tests/tools/dial -e $client 7000 192.0.2.1 $SSHD_PORT
	END
	chmod 0755 "$W/says"
	clients_way="-o ProxyCommand=$W/says"
}

lock_http()
{
	serve
	says_first 'GET / HTTP/1.1\r\n\r\n'
}

# A client that speaks SSH.
mend_http()
{
	like "$(cat "$W/advice")" '^Use an SSH client; ' \
		"$title: the client is told what to do"
	clients_way=
}

lock_ssh1()
{
	serve
	says_first 'SSH-1.5-old\r\n'
}

mend_ssh1()
{
	like "$(cat "$W/advice")" '^Use a client that speaks SSH 2' \
		"$title: the client is told what to do"
	clients_way=
}

lockouts_protocol()
{
	lockout cipher protocol.no-common-algorithm protocol=depends \
		'UNKNOWN, was refused by sshd \(no common algorithm\), @   "Ciphers aes256-ctr,' \
		'no common cipher'
	lockout mac protocol.no-common-algorithm protocol=depends \
		'UNKNOWN, was refused by sshd \(no common algorithm\), @   "MACs ' \
		'no common MAC'
	lockout kex protocol.no-common-algorithm protocol=depends \
		'UNKNOWN, was refused by sshd \(no common algorithm\), @   "KexAlgorithms' \
		'no common key exchange'
	lockout host_key_type protocol.no-common-algorithm protocol=depends \
		'UNKNOWN, was refused by sshd \(no common algorithm\)' \
		'no common type of host key'
	lockout host_key_rsa protocol.no-common-algorithm protocol=depends \
		'UNKNOWN, was refused by sshd \(no common algorithm\)' \
		'an old type of host key'
	lockout http protocol.banner protocol=depends \
		'UNKNOWN, was refused by sshd \(not an SSH client\)' \
		'a client that speaks HTTP'
	lockout ssh1 protocol.version protocol=depends \
		'UNKNOWN, was refused by sshd \(protocol version\)' \
		'a client that speaks SSH 1'
}
