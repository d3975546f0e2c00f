#!/bin/sh
# The same with OpenSSH 10.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
[ -x "$srcdir/build-sshd10/root/usr/lib/openssh/sshd-session" ] ||
	skip_all "no OpenSSH 10 in build-sshd10 (./dev deps)"
SSHD_VERSION=10
export SSHD_VERSION srcdir
exec sh "$srcdir/tests/sshd/explain_layers.sh"
