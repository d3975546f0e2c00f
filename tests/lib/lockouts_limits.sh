# lockouts_limits.sh - clients that limits and ban lists lock out.
# Sourced, POSIX shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

HOLDER=203.0.113.250

lock_startups()
{
	serve 'MaxStartups 2:30:2'
	config_line 'MaxStartups .*'
	hold_slots $HOLDER 2
}

unlock_startups()
{
	let_go
}

# Whom libwrap has refused keeps his slot for 5 s; so some always do.
lock_refused_fill()
{
	configure_slow
	serve 'MaxStartups 3:30:3'
	wire_address 203.0.113.251
	echo 'sshd: 203.0.113.251' >/etc/hosts.deny
	for _ in 1 2 3 4; do
		beyond "$builddir/tests/tools/knock" 203.0.113.251 192.0.2.1 \
			"$SSHD_PORT" 10000
	done
	wait_for "$SSHD_LOG" 'drop connection .*203.0.113.251' ||
		diag 'the slots are not filled'
}

configure_slow()
{
	configure
	sed -i '/^refuse-delay/d' /etc/security/sshwhy.conf
}

unlock_refused_fill()
{
	let_go
	configure
}

lock_per_source()
{
	serve 'PerSourceMaxStartups 2'
	config_line 'PerSourceMaxStartups .*'
	hold_slots "$client" 2
}

unlock_per_source()
{
	let_go
}

lock_grace()
{
	serve 'LoginGraceTime 1'
	config_line 'LoginGraceTime .*'
	clients_way="-o ProxyCommand=$W/slowly"
	cat >"$W/slowly" <<-END
		#!/bin/sh
		{ sleep 3; exec cat; } |
		exec $builddir/tests/tools/dial -e $client 7000 192.0.2.1 $SSHD_PORT
	END
	chmod 0755 "$W/slowly"
}

lock_tries()
{
	serve 'MaxAuthTries 2'
	config_line 'MaxAuthTries .*'
	[ -e "$W/other2" ] || for key in other1 other2; do
		ssh-keygen -q -t ed25519 -N '' -f "$W/$key"
	done
	clients_way="-i $W/other1 -i $W/other2"
}

lock_banned()
{
	serve
	rule=/var/lib/sshwhy/bans
	sshwhy ban "$client" >/dev/null
}

lock_banned_prefix()
{
	rule=/var/lib/sshwhy/bans
	sshwhy ban 203.0.113.0/25 >/dev/null
	sshwhy ban "$client" >/dev/null
}

unlock_banned_prefix()
{
	sshwhy unban 203.0.113.0/25 >/dev/null
}

lock_rate()
{
	configure '# the limit' \
		"rate.ssh = 1/1h burst 1 per 32/64 match $client"
	rule=/etc/security/sshwhy.conf:4
	enters >/dev/null
}

unlock_rate()
{
	configure
}

lockouts_limits()
{
	lockout startups limit.max-startups startups \
		'REJECTED by MaxStartups, @   "MaxStartups 2:30:2"' \
		'MaxStartups, full of idle clients'
	lockout refused_fill limit.max-startups 'firewall=pass socket=pass' \
		'(REJECTED|ADMITTED, was refused|UNKNOWN, was refused) because of TCP wrappers, /etc/hosts\.deny:1' \
		'MaxStartups, full of clients that a wrapper rule refused'
	lockout per_source limit.per-source startups \
		'REJECTED by PerSourceMaxStartups, @ ' 'PerSourceMaxStartups'
	lockout grace config.grace-time 'startups=pass wrapper=pass' \
		'(UNKNOWN|ADMITTED), was refused by LoginGraceTime, @ ' \
		'LoginGraceTime'
	lockout tries config.max-auth-tries 'startups=pass wrapper=pass' \
		'(UNKNOWN|ADMITTED), was refused by MaxAuthTries, @ ' \
		'MaxAuthTries'
	lockout banned ban.list ban 'REJECTED by the ban list, @' \
		'our ban list'
	lockout banned_prefix ban.list ban 'REJECTED by the ban list, @' \
		'our ban list, twice'
	lockout rate limit.rate rate 'REJECTED by the rate limit, @ ' \
		'our rate limit'
}
