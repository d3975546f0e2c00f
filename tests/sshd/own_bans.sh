#!/bin/sh
# Our own ban list in a real sshd: a banned client is refused before the banner,
# its record names who banned it, a damaged list refuses nobody, and nobody bans
# himself by mistake.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

sshd_world "$0" "$@"
trap 'recorder_stop; sshd_world_end' EXIT
sshd_overlay /var/lib || bail "no /var/lib of our own"

sshwhy=${builddir:?}/sshwhy

banners()
{
	awk '$3 == "banner"' "$1" | wc -l
}

knock()
{
	knock_from 127.0.0.66 1 >"$W/knocks"
	banners "$W/knocks"
}

printf '%s\n' 'sinks = file' 'fold = 0' >/etc/security/sshwhy.conf
# shellcheck disable=SC2034 # read by sshd_start
SSHD_PRELOAD=$SSHD_HOOK
recorder_start || bail "sshwhyd does not start"
sshd_start || bail "sshd does not start"

is "$(knock)" 1 "without a list everybody gets in"
holds "an address is banned" "$sshwhy" ban 127.0.0.66 --for 1h \
	--why 'five failures' --owner fail2ban:sshd --force
is "$(knock)" 0 "a banned address gets no banner"
is "$("$sshwhy" test 127.0.0.66 --json | jq -r '.verdict, (.now[] |
	select(.layer == "ban") | .outcome, .rule.owner)' | tr '\n' ' ')" \
	'rejected reject fail2ban:sshd ' 'sshwhy test says who banned it'
wait_until records_sum_is 127.0.0.66 1
is "$(jq -r 'select(.event == "rejection") | [.cause, .stage, .rule.source,
	.rule.owner, (.until != null)] | @csv' "$RECORDS")" \
	'"ban.list","ban","/var/lib/sshwhy/bans","fail2ban:sshd",true' \
	"its record names who banned it, and until when"
is "$(grep -c 'refused connect' "$SSHD_LOG")" 0 \
	"nothing is logged that tools count towards a ban"
holds "an allow entry is placed" "$sshwhy" allow 127.0.0.66/32
is "$(knock)" 1 "an allow entry beats a ban of the same prefix"
holds "the ban is lifted" "$sshwhy" unban 127.0.0.66
is "$(knock)" 1 "once lifted it gets in"

echo 'observe = yes' >>/etc/security/sshwhy.conf
holds "its network is banned" "$sshwhy" ban 127.0.0.64/29 --forever --force
is "$(knock)" 1 "observed only, nobody is refused"

# Half a policy would be worse than none: the file may have said "observe".
echo 'nonsense = 1' >>/etc/security/sshwhy.conf
is "$(knock)" 1 "a broken configuration refuses nobody"
sed -i '/nonsense/d' /etc/security/sshwhy.conf

for file in /var/lib/sshwhy/*; do
	[ ! -f "$file" ] || echo rubbish >"$file"
done
sed -i '/observe/d' /etc/security/sshwhy.conf
is "$(knock)" 1 "a damaged list refuses nobody"
holds "and is named" grep -q 'sshwhy\[[0-9]*\]: /var/lib/sshwhy/.*nobody is refused' \
	"$SSHD_LOG"

# damaged: how often it was recorded, and as what.
damaged()
{
	jq -r 'select(.cause == "server.ban-list") | [.stage, .evidence, .via,
		.client.addr, .rule.source, .rule.text] | join(" ")' "$RECORDS"
}
damaged_times()
{
	[ "$(damaged | wc -l)" -eq "$1" ]
}
wait_until damaged_times 1
like "$(damaged)" "^ban simulated hook 127.0.0.66 /var/lib/sshwhy/bans.recent .*\$" \
	"its record names the file and what is wrong, and refused nobody"
knock_from 127.0.0.67 3 >"$W/knocks"
knock_from 127.0.0.68 1 >>"$W/knocks"
is "$(banners "$W/knocks")" 4 "others find it so"
echo 'other rubbish' >/var/lib/sshwhy/bans.recent
knock_from 127.0.0.67 2 >"$W/knocks"
wait_until damaged_times 2
is "$(damaged | cut -d ' ' -f 4,5)" "127.0.0.66 /var/lib/sshwhy/bans.recent
127.0.0.67 /var/lib/sshwhy/bans.recent" \
	"once for each state of the file, for whoever came first"

like "$("$sshwhy" test 127.0.0.66)" 'ban list pass \(damaged: .*nobody' \
	'sshwhy test says so too'
rm -rf /var/lib/sshwhy

# Nobody bans himself by mistake, over whatever way he came.
sshd_address 203.0.113.5 2001:db8::5
# shellcheck disable=SC2034 # read by ssh_from
SSHD_SERVER=203.0.113.5 SSHD_SERVER6=2001:db8::5
# shellcheck disable=SC2034 # read by ssh_from
SSH_USER=root
sshd_stop
sshd_start 'PermitRootLogin yes' || bail "sshd did not start again"
cp /etc/ssh/keys/alice /etc/ssh/keys/root

# As sudo does, and a shell between: no word of the environment is left.
ban="env -i sh -c '$sshwhy ban \$0 --dir $W/list; exit \$?'"

for address in 203.0.113.5 2001:db8::5; do
	is "$(ssh_from "$address" "$ban $address")" \
		"sshwhy: ban: $address would ban you, at $address; nothing was banned (--force)" \
		"the session's own client is found: $address"
	like "$(ssh_from "$address" "$ban 192.0.2.77")" \
		'^192.0.2.77 banned for ever$' "another client can be banned"
done
is "$(ssh_from 203.0.113.5 "$ban 203.0.113.0/24")" \
	'sshwhy: ban: 203.0.113.0/24 would ban you, at 203.0.113.5; nothing was banned (--force)' \
	'and in a prefix'
is "$("$sshwhy" ban 203.0.113.5 --dir "$W/list")" \
	'203.0.113.5 banned for ever' 'it is nobody outside that session'
done_testing
