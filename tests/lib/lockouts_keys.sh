# lockouts_keys.sh - clients whose keys and accounts lock them out. Sourced,
# POSIX shell; behind lockouts.sh and lockouts_limits.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

KEYS=/etc/ssh/keys/alice

lock_from()
{
	serve
	cp "$KEYS" "$W/keys"
	{
		echo '# Keys of alice.'
		sed 's/^/from="192.0.2.77,!203.0.113.99" /' "$W/keys"
	} >"$KEYS"
	rule=$KEYS:2
}

unlock_from()
{
	cp "$W/keys" "$KEYS"
}

# As users do it to themselves.
lock_ssh_folder()
{
	serve 'AuthorizedKeysFile .ssh/authorized_keys' \
		'PasswordAuthentication no'
	mkdir -p /home/alice/.ssh
	cp "$W/id.pub" /home/alice/.ssh/authorized_keys
	chown -R alice: /home/alice
	chgrp staff /home/alice/.ssh
	chmod 0775 /home/alice/.ssh
}

lock_home()
{
	serve 'AuthorizedKeysFile .ssh/authorized_keys'
	chmod 0777 /home/alice /home/alice/.ssh
}

# Debian's sshd lets a group write in which nobody else is.
own_group_is_none()
{
	is_wanted ssh_folder || return 0
	title='a .ssh that the own group may write'
	next_client own_group
	serve 'AuthorizedKeysFile .ssh/authorized_keys' \
		'PasswordAuthentication no'
	chgrp alice /home/alice/.ssh
	chmod 0775 /home/alice/.ssh
	is "$(enters)" in "$title: lets the client in"
	like "$(sshwhy "$client" --user alice)" \
		"^$client  ADMITTED; no refusal is recorded" \
		"$title: which is known"
	chmod 0700 /home/alice/.ssh
}

lock_key_owner()
{
	serve 'AuthorizedKeysFile .ssh/authorized_keys'
	chown 4711:4711 /home/alice/.ssh/authorized_keys
}

unlock_key_owner()
{
	rm -r /home/alice/.ssh
}

lock_shell()
{
	serve
	usermod -s /bin/gone alice
}

lock_methods()
{
	printf 'Match User alice\n\tAuthenticationMethods password\n' \
		>/etc/ssh/extra
	serve 'Include /etc/ssh/extra' 'PasswordAuthentication no'
	rule=/etc/ssh/extra:2
}

# Here what the client is told to do is done.
lock_tries_client()
{
	lock_tries
}

mend_tries_client()
{
	like "$(cat "$W/advice")" '^on the client: ssh -o IdentitiesOnly=yes ' \
		"$title: the client is told what to do"
	clients_way='-o IdentitiesOnly=yes'
}

lock_sessions()
{
	serve 'MaxSessions 0'
	config_line 'MaxSessions .*'
}

# share_connection: others use it by $W/mux.
share_connection()
{
	: >"$W/shared"
	nsenter -n -t "$WIRE_PID" -- ssh -F /dev/null -M -S "$W/mux" -b "$client" \
		-p "$SSHD_PORT" -i "$W/id" -o IdentitiesOnly=yes \
		-o BatchMode=yes -o LogLevel=ERROR \
		-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
		alice@192.0.2.1 'echo up; sleep 1000' \
		>"$W/shared" 2>&1 </dev/null 9>&- &
	holders="$holders $!"
	wait_for "$W/shared" '^up'
}

lock_shared()
{
	serve 'MaxSessions 1'
	config_line 'MaxSessions .*'
	share_connection
	clients_way="-S $W/mux -o ProxyCommand=false"
}

# A connection keeps the limit that it began with.
mend_shared()
{
	obey
	let_go
	share_connection
}

unlock_shared()
{
	let_go
}

lockouts_keys()
{
	lockout from key.restricted config=depends \
		'UNKNOWN, was refused by authorized_keys, @   "from=' \
		'from= of a key'
	lockout ssh_folder key.file config \
		'REJECTED by sshd \(owner or mode of a key file\), ' \
		'a .ssh that the group may write'
	own_group_is_none
	lockout home key.file config=depends \
		'UNKNOWN, was refused by sshd \(owner or mode of a key file\), ' \
		'a home that all may write'
	lockout key_owner key.file config=depends \
		'UNKNOWN, was refused by sshd \(owner or mode of a key file\), ' \
		'keys of somebody else'
	lockout shell config.shell config \
		"REJECTED by the account's shell, /etc/passwd" \
		'a shell that is missing'
	lockout methods config.auth-methods config \
		'REJECTED by AuthenticationMethods, @ ' \
		'AuthenticationMethods'
	lockout tries_client config.max-auth-tries \
		'startups=pass wrapper=pass' \
		'(UNKNOWN|ADMITTED), was refused by MaxAuthTries, @ ' \
		'MaxAuthTries, mended on the client'
	lockout sessions limit.sessions session \
		'REJECTED by MaxSessions, @   "MaxSessions 0"' MaxSessions
	lockout shared limit.sessions 'config=pass session=depends' \
		'UNKNOWN, was refused by MaxSessions, @   "MaxSessions 1"' \
		'MaxSessions of a shared connection'
}
