# lockouts_server.sh - clients that are locked out since sshd lacks what it
# needs. Sourced, POSIX shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

lock_key_gone()
{
	serve
	config_line 'HostKey .*'
	mv "$W/host_key" "$W/host_key.away"
	cp "$W/host_key.pub" "$W/host_key.away.pub"
}

unlock_key_gone()
{
	mv "$W/host_key.away" "$W/host_key"
	mv "$W/host_key.away.pub" "$W/host_key.pub"
}

lock_key_mode()
{
	serve
	config_line 'HostKey .*'
	chmod 0644 "$W/host_key"
}

lock_privsep()
{
	serve
	rmdir /run/sshd
}

lock_privsep_mode()
{
	serve
	chmod 0777 /run/sshd
}

lock_privsep_user()
{
	serve
	sed -i '/^sshd:/d' /etc/passwd
}

lock_chroot()
{
	serve 'ChrootDirectory /home/alice'
	config_line 'ChrootDirectory .*'
	for file in /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*'); do
		mkdir -p "/home/alice$(dirname "$file")"
		cp -L "$file" "/home/alice$file"
	done
}

unlock_chroot()
{
	rm -rf /home/alice
	install -d -o 4242 -g 4242 -m 0700 /home/alice
}

# A forced command is no refusal.
forced_is_none()
{
	is_wanted forced || return 0
	title='a forced command'
	next_client forced
	serve 'ForceCommand echo forced'
	is "$(enters)" forced "$title: what the client gets"
	sshwhy "$client" --user alice >"$W/out" 2>&1
	like "$(cat "$W/out")" \
		"^$client  ADMITTED; no refusal is recorded" \
		"$title: is no refusal"
}

lockouts_server()
{
	# It does not tell its settings then.
	unasked='socket=pass penalty=unseen wrapper=pass protocol=reject pam=not-reached'
	lockout key_gone server.host-keys \
		"$unasked" \
		'REJECTED by sshd \(no host keys\), @ ' \
		'a host key is missing'
	lockout key_mode server.host-keys \
		"$unasked" \
		'REJECTED by sshd \(no host keys\), @ ' \
		'a host key that all may read'
	lockout privsep server.privsep protocol \
		'REJECTED by sshd \(privilege separation\)' \
		'/run/sshd is missing'
	lockout privsep_mode server.privsep \
		"$unasked" \
		'REJECTED by sshd \(privilege separation\)' \
		'/run/sshd is writable for all'
	lockout privsep_user server.privsep \
		"$unasked" \
		'REJECTED by sshd \(privilege separation\)' \
		'the user sshd is missing'
	lockout chroot server.chroot session \
		'REJECTED by sshd \(ChrootDirectory\), @ ' \
		'a ChrootDirectory of the user'
	forced_is_none
}
