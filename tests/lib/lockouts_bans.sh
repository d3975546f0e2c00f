# lockouts_bans.sh - clients that a firewall or fail2ban locks out. Sourced,
# POSIX shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# nft_rule CHAIN PATTERN: its place, as $rule.
nft_rule()
{
	# Words are meant to be split.
	# shellcheck disable=SC2086
	nft_handle=$(nft -a list chain ${1:?} | sed -n "s/.*$2.* # handle //p")
	rule="nft:$(echo "$1" | tr ' ' /):$nft_handle"
}

add_input()
{
	clients_patience=3
	nft "add table inet filter
		add chain inet filter input {
			type filter hook input priority 0; policy ${1:-accept};
		}"
}

remove_input()
{
	nft delete table inet filter
	clients_patience=
}

lock_nft_rule()
{
	serve
	add_input
	nft "add rule inet filter input tcp dport 80 accept
		add rule inet filter input ip saddr $client drop"
	nft_rule 'inet filter input' "$client"
}

unlock_nft_rule()
{
	remove_input
}

lock_nft_set()
{
	add_input
	nft "add set inet filter bad { type ipv4_addr; flags timeout; }
		add element inet filter bad { $client timeout 1h }
		add rule inet filter input ip saddr @bad drop"
	nft_rule 'inet filter input' @bad
}

unlock_nft_set()
{
	remove_input
}

lock_nft_policy()
{
	add_input drop
	nft add rule inet filter input ip saddr 192.0.2.77 accept
	rule=nft:inet/filter/input
}

unlock_nft_policy()
{
	remove_input
}

lock_nft6()
{
	add_input
	nft add rule inet filter input ip6 saddr 2001:db8:2::/64 tcp dport 22 \
		reject with tcp reset
	nft_rule 'inet filter input' 2001:db8:2::
}

unlock_nft6()
{
	remove_input
}

lock_iptables()
{
	iptables-nft -A INPUT -s "$client" -p tcp --dport 22 -j REJECT
	nft_rule 'ip filter INPUT' "$client"
}

unlock_iptables()
{
	iptables-nft -F INPUT
}

# Behind the firewall's answer stands another.
lock_two()
{
	lock_nft_rule
	echo "sshd: $client" >/etc/hosts.deny
}

unlock_two()
{
	remove_input
}

# Three rules, of three layers, one behind the other.
lock_three()
{
	serve 'DenyUsers bob alice' 'PermitEmptyPasswords no'
	echo "sshd: $client" >/etc/hosts.deny
	chage -E 1 alice
	lockout_user=alice
}

unlock_three()
{
	is "$(grep -c . "$W/advice")" 4 \
		"$title: and a line for each, and to load them"
}

ban_by_logins()
{
	fail2ban_start "$@" || diag 'fail2ban does not start'
	fail_login "$client" 5
}

lock_f2b_nft()
{
	ban_by_logins nftables
	fail2ban_wait "$client"
	nft_rule 'inet f2b-table f2b-chain' @addr-set-sshd
}

unlock_f2b_nft()
{
	fail2ban_stop
}

lock_f2b_deny()
{
	ban_by_logins hostsdeny
	fail2ban_wait "$client"
}

unlock_f2b_deny()
{
	like "$out" 'by fail2ban, jail sshd' "$title: the jail is named"
	fail2ban_stop
}

is_banned()
{
	sshwhy bans --json | jq -r .prefix | grep -qx -e "$client"
}

lock_f2b_own()
{
	rule=/var/lib/sshwhy/bans
	cp "$srcdir/system/fail2ban/action.d/sshwhy.conf" \
		/etc/fail2ban/action.d
	printf '[Init]\nsshwhy = %s\n' "$builddir/sshwhy" \
		>/etc/fail2ban/action.d/sshwhy.local
	ban_by_logins sshwhy
	wait_until is_banned
}

unlock_f2b_own()
{
	like "$out" 'by fail2ban, jail sshd' "$title: the jail is named"
	fail2ban_stop
}

# hosts.deny names the client as well.
is_in_set()
{
	nft list set inet f2b-table addr-set-sshd 2>/dev/null |
		grep -q "[ {]${client}[ ,]"
}

# What it counts is what libwrap has refused.
lock_f2b_counted()
{
	fail2ban_start nftables || diag 'fail2ban does not start'
	echo "sshd: $client" >/etc/hosts.deny
	for _ in 1 2 3 4 5; do
		enters >/dev/null
	done
	wait_until is_in_set
}

unlock_f2b_counted()
{
	like "$out" 'fail2ban, jail sshd, counted its refusals' \
		"$title: so is the jail that counted"
	fail2ban_stop
}

lockouts_bans()
{
	lockout nft_rule firewall.drop firewall \
		'REJECTED by the firewall \(drop\), @ ' 'a rule of nftables'
	lockout nft_set firewall.drop firewall \
		'REJECTED by the firewall \(drop\), @ ' \
		'a set with timeouts'
	lockout nft_policy firewall.drop firewall \
		'REJECTED by the firewall \(drop\), @ ' \
		'the policy of a chain'
	lockout nft6 firewall.reject firewall \
		'REJECTED by the firewall \(reject\), @ ' \
		'a rule for IPv6'
	lockout iptables firewall.reject firewall \
		'REJECTED by the firewall \(reject\), @ ' \
		'a rule of iptables'
	lockout two firewall.drop firewall \
		'REJECTED by the firewall \(drop\), @ ' \
		'firewall and wrapper at once'
	lockout three wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:1 ' \
		'wrapper, sshd_config and PAM at once'
	lockout f2b_nft firewall.reject firewall \
		'REJECTED by the firewall \(reject\), @ ' \
		'a ban by fail2ban'
	lockout f2b_deny wrapper.deny wrapper \
		'REJECTED by TCP wrappers, /etc/hosts\.deny:1 ' \
		'a ban by fail2ban in hosts.deny'
	lockout f2b_own ban.list ban 'REJECTED by the ban list, @' \
		'a ban by fail2ban in our list'
	lockout f2b_counted firewall.reject firewall \
		'REJECTED because of TCP wrappers, /etc/hosts\.deny:1 ' \
		'a ban for what a wrapper rule refused'
}
