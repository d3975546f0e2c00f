#!/bin/sh
# bans_own.sh - nobody bans himself by mistake, over whatever way he came.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"

sshd_world "$0" "$@"
sshd_address 203.0.113.5 2001:db8::5
SSHD_SERVER=203.0.113.5 SSHD_SERVER6=2001:db8::5
SSH_USER=root
sshd_start 'PermitRootLogin yes' || bail "sshd did not start"
cp /etc/ssh/keys/alice /etc/ssh/keys/root

# As sudo does, and a shell between: no word of the environment is left.
ban="env -i sh -c '${builddir:?}/sshwhy ban \$0 --dir $W/list; exit \$?'"

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
is "$("$builddir/sshwhy" ban 203.0.113.5 --dir "$W/list")" \
	'203.0.113.5 banned for ever' 'it is nobody outside that session'
done_testing
