# lockouts_accounts.sh - clients that the lists of sshd_config lock out.
# Sourced, POSIX shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# serve_rule LINE: sshd has it.
serve_rule()
{
	serve "$@"
	config_line "$1"
}

lock_deny_users()
{
	serve_rule 'DenyUsers bob alice'
}

lock_allow_users()
{
	serve_rule 'AllowUsers bob'
}

lock_allow_groups()
{
	serve_rule 'AllowGroups wheel root'
}

unlock_allow_groups()
{
	gpasswd -d alice root >/dev/null 2>&1
}

lock_deny_groups()
{
	serve_rule 'DenyGroups alice'
}

lock_root()
{
	serve_rule 'PermitRootLogin no'
	cp "$W/id.pub" /etc/ssh/keys/root
	user=root
}

lockouts_accounts()
{
	lockout deny_users config.deny-user config \
		'REJECTED by DenyUsers, @   "DenyUsers bob alice"' DenyUsers
	lockout allow_users config.allow-user config \
		'REJECTED by AllowUsers, @ ' AllowUsers
	lockout allow_groups config.allow-group config \
		'REJECTED by AllowGroups, @ ' AllowGroups
	lockout deny_groups config.deny-group config \
		'REJECTED by DenyGroups, @ ' DenyGroups
	lockout root config.root-login config \
		'REJECTED by PermitRootLogin, @ ' PermitRootLogin
}
