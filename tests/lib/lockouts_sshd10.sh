# lockouts_sshd10.sh - clients that OpenSSH 10 locks out by what 9.2 has not.
# Sourced, POSIX shell; behind lockouts.sh and lockouts_limits.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

SSHD10=${srcdir:?}/build-sshd10/root/usr

# serve10 LINE...: first of all its lines.
serve10()
{
	SSHD=$SSHD10/sbin/sshd
	serve "$@" "SshdSessionPath $SSHD10/lib/openssh/sshd-session" \
		"SshdAuthPath $SSHD10/lib/openssh/sshd-auth"
	config_line "$1"
}

# penalised: until sshd has told that it punishes the client, where sshwhy
# looks.
penalised()
{
	wait_for "$F2B_LOG" "penalty of .* $client|$client.* penalty of" ||
		diag "$client got no penalty"
}

# fails_by_key ADDR: one login, by a key that is not alice's.
fails_by_key()
{
	[ -e "$W/other1" ] || ssh-keygen -q -t ed25519 -N '' -f "$W/other1"
	on_wire ssh -F /dev/null -b "$1" -p "$SSHD_PORT" -i "$W/other1" \
		-o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
		-o UserKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no alice@192.0.2.1 true \
		</dev/null >/dev/null 2>&1
}

# Nothing refused it before: failed logins are no rejections by a rule.
lock_penalty()
{
	serve10 'PerSourcePenalties authfail:60s min:1s'
	fails_by_key "$client"
	penalised
}

lock_penalty_grace()
{
	serve10 'LoginGraceTime 1' 'PerSourcePenalties grace-exceeded:60s min:1s'
	beyond "$builddir/tests/tools/dial" "$client" 7000 192.0.2.1 \
		"$SSHD_PORT"
	penalised
	wait_until has_record config.grace-time
	penalty_rule=$W/sshd_config:2
}

unlock_penalty_grace()
{
	like "$out" "symptom   refused by PerSourcePenalties, $penalty_rule " \
		"$title: the penalty is named as well"
	let_go
}

# A range, and a list of exemptions that names others.
lock_penalty_block()
{
	serve10 'PerSourcePenalties authfail:60s min:1s' \
		'PerSourceNetBlockSize 24:64' \
		'PerSourcePenaltyExemptList 192.0.2.0/24'
	wire_address 203.0.113.252
	fails_by_key 203.0.113.252
	wait_for "$F2B_LOG" '203\.0\.113\.252/24 .*penalty of' ||
		diag "no penalty for the range"
}

lock_refuse()
{
	printf 'Match Address %s\n\tRefuseConnection yes\n' "$client" \
		>/etc/ssh/extra
	LOCKOUT_SERVED=changed
	serve10 'Include /etc/ssh/extra'
	rule=/etc/ssh/extra:2
}

# Whoever is refused often enough gets a penalty for it.
lock_refuse_penalty()
{
	lock_refuse
	enters >/dev/null
	enters >/dev/null
	enters >/dev/null
	penalised
}

lock_per_source10()
{
	serve10 'PerSourceMaxStartups 2'
	hold_slots "$client" 2
}

unlock_per_source10()
{
	let_go
}

lock_deny10()
{
	serve10 'DenyUsers alice'
}

lockouts_sshd10()
{
	[ -x "$SSHD10/sbin/sshd" ] ||
		bail 'no OpenSSH 10 in build-sshd10 (./dev deps)'
	lockout penalty ban.penalty penalty \
		'REJECTED by PerSourcePenalties, @ ' \
		'a penalty for failed logins'
	lockout penalty_grace ban.penalty penalty \
		'REJECTED because of LoginGraceTime, @ ' \
		'a penalty for LoginGraceTime'
	lockout penalty_block ban.penalty penalty \
		'REJECTED by PerSourcePenalties, @ ' \
		'a penalty that a neighbour earned'
	lockout refuse config.refuse-connection config \
		'REJECTED by RefuseConnection, @   "RefuseConnection yes"' \
		'RefuseConnection'
	lockout refuse_penalty ban.penalty penalty \
		'REJECTED because of RefuseConnection, @   "RefuseConnection' \
		'a penalty for RefuseConnection'
	lockout per_source10 limit.per-source startups \
		'REJECTED by PerSourceMaxStartups, @ ' \
		'PerSourceMaxStartups of OpenSSH 10'
	lockout deny10 config.deny-user config \
		'REJECTED by DenyUsers, @ ' 'DenyUsers of OpenSSH 10'
	SSHD=/usr/sbin/sshd
}
