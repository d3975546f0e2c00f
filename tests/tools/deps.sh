#!/bin/sh
# deps.sh - installs what building and testing need from Debian's archive.
#
# Does nothing, and needs no network, when everything is there. No service
# is started.
set -eu

cd "$(dirname "$0")/../.."

packages() {
	cat <<'LIST'
auditd
autoconf
automake
bash
binutils
build-essential
clang
clang-format
cppcheck
debhelper
debootstrap
fail2ban
gcc
git
ipset
iproute2
iptables
jq
libaudit-dev
libauparse-dev
libc6-dev
libclang-rt-14-dev
libcmocka-dev
libcurl4-openssl-dev
libjansson-dev
libmnl-dev
libnftables-dev
libnftnl-dev
libpam0g-dev
libsqlite3-dev
libsystemd-dev
libtool
libwrap0
libwrap0-dev
lintian
make
mandoc
nftables
openssh-client
openssh-server
pkg-config
procps
python3
rpm
shellcheck
strace
systemd
tcpd
util-linux
LIST
}

missing()
{
	for package in $(packages); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
			2>/dev/null) || state=
		[ "$state" = installed ] || printf '%s\n' "$package"
	done
}

policy=/usr/sbin/policy-rc.d
placed=

# An administrator's own policy is kept.
forbid_services()
{
	[ ! -e "$policy" ] && [ ! -L "$policy" ] || return 0
	placed=yes
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

allow_services()
{
	[ -z "$placed" ] || rm -f "$policy"
	placed=
}

install_missing()
{
	[ "$(id -u)" -eq 0 ] || {
		printf 'deps: must be root to install:' >&2
		printf ' %s' "$@" >&2
		printf '\n' >&2
		exit 1
	}
	trap allow_services EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update
	forbid_services
	apt-get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
	allow_services
}

# shellcheck disable=SC2046 # one package a word
set -- $(missing)
if [ "$#" -gt 0 ]; then
	install_missing "$@" </dev/null
fi

tests/tools/fresh_root.sh || printf '%s\n' \
	'deps: warning: no fresh Debian; the test in it is skipped' >&2
tests/tools/crowdsec.sh || printf '%s\n' \
	'deps: warning: no CrowdSec; its test is skipped' >&2
tests/tools/front_ends.sh || printf '%s\n' \
	'deps: warning: no ufw and no firewalld; their test is skipped' >&2
tests/tools/sshd10.sh || printf '%s\n' \
	'deps: warning: no sshd 10; tests that need it are skipped' >&2
