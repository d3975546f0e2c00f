#!/bin/sh
# Clients locked out by every layer of a real machine: the first line of sshwhy
# names what did it, and what sshwhy advises, done to the letter, lets them in.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/audit.sh
. "$srcdir/tests/lib/audit.sh"
# shellcheck source=tests/lib/fail2ban.sh
. "$srcdir/tests/lib/fail2ban.sh"

fail2ban_installed || skip_all 'fail2ban is not installed'
sshd_world "$0" "$@"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/follow.sh
. "$srcdir/tests/lib/follow.sh"
# shellcheck source=tests/lib/lockouts.sh
. "$srcdir/tests/lib/lockouts.sh"
# shellcheck source=tests/lib/lockouts_wrapper.sh
. "$srcdir/tests/lib/lockouts_wrapper.sh"
# shellcheck source=tests/lib/lockouts_limits.sh
. "$srcdir/tests/lib/lockouts_limits.sh"
# shellcheck source=tests/lib/lockouts_bans.sh
. "$srcdir/tests/lib/lockouts_bans.sh"
# shellcheck source=tests/lib/lockouts_accounts.sh
. "$srcdir/tests/lib/lockouts_accounts.sh"
# shellcheck source=tests/lib/lockouts_protocol.sh
. "$srcdir/tests/lib/lockouts_protocol.sh"
# shellcheck source=tests/lib/lockouts_keys.sh
. "$srcdir/tests/lib/lockouts_keys.sh"
# shellcheck source=tests/lib/lockouts_pam.sh
. "$srcdir/tests/lib/lockouts_pam.sh"
# shellcheck source=tests/lib/lockouts_server.sh
. "$srcdir/tests/lib/lockouts_server.sh"
# shellcheck source=tests/lib/lockouts_sshd10.sh
. "$srcdir/tests/lib/lockouts_sshd10.sh"

SSHD_PORT=22
trap lockouts_end EXIT
lockouts_begin
lockouts_wrapper
lockouts_limits
lockouts_bans
lockouts_accounts
lockouts_protocol
lockouts_keys
lockouts_pam
lockouts_server
lockouts_sshd10
done_testing
