#!/bin/sh
# sshd10.sh - unpacks OpenSSH 10 of Debian's backports into build-sshd10/root.
#
# The machine's package sources and its installed OpenSSH stay as they are:
# the archive is read through lists and a cache of our own.
set -eu

cd "$(dirname "$0")/../.."
dir=$PWD/build-sshd10
root=$dir/root
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say()
{
	printf 'sshd10: %s\n' "$*" >&2
}

# Debian's mirror as this machine's own sources name it.
mirror()
{
	# shellcheck disable=SC2016 # apt's variable
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Codename: bookworm' 'Origin: Debian' 2>/dev/null | head -n 1
}

apt()
{
	_tool=$1
	shift
	"$_tool" -q -o Dir::Etc::SourceList="$dir/apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$dir/apt/lists" \
		-o Dir::Cache="$dir/apt/cache" \
		-o APT::Sandbox::User=root \
		-o Acquire::Retries=2 -o Acquire::http::Timeout=20 "$@"
}

fetch()
{
	uri=$(mirror)
	[ -n "$uri" ] || {
		say 'this machine has no Debian 12 package source'
		return 1
	}
	mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" \
		"$dir/debs"
	printf 'deb [signed-by=%s] %s bookworm-backports main\n' \
		"$keyring" "$uri" >"$dir/apt/sources.list"
	apt apt-get --error-on=any update &&
		(cd "$dir/debs" &&
			apt apt-get download openssh-client/bookworm-backports \
				openssh-server/bookworm-backports \
				openssh-sftp-server/bookworm-backports)
}

unpack()
{
	rm -rf "$root" "$root.new"
	for deb in "$dir"/debs/*.deb; do
		dpkg-deb -x "$deb" "$root.new" || return 1
	done
	mv "$root.new" "$root"
}

# Its three programs start, and find every library on this machine.
runs()
{
	[ -x "$root/usr/sbin/sshd" ] || return 1
	for program in sbin/sshd lib/openssh/sshd-session \
		lib/openssh/sshd-auth; do
		if ldd "$root/usr/$program" | grep 'not found' >&2; then
			return 1
		fi
	done
	"$root/usr/sbin/sshd" -V 2>&1 | grep -q '^OpenSSH_10' || return 1
	accepts_its_configuration
}

# In a mount namespace, for it wants /run/sshd; not asked where there is none.
accepts_its_configuration()
{
	unshare -m true 2>/dev/null || return 0
	unshare -m sh -eu -s "$root" <<'INSIDE'
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f /run/key
	printf '%s\n' 'HostKey /run/key' 'UsePAM yes' \
		"SshdSessionPath \"$1/usr/lib/openssh/sshd-session\"" \
		"SshdAuthPath \"$1/usr/lib/openssh/sshd-auth\"" >/run/config
	"$1/usr/sbin/sshd" -t -f /run/config
INSIDE
}

runs 2>/dev/null && exit 0
rm -rf "$dir/debs"
if ! fetch >&2 || ! unpack; then
	say "cannot be fetched from Debian's backports"
	exit 1
fi
rm -rf "$dir/apt" "$dir/debs"
runs || {
	say 'does not run on this machine'
	exit 1
}
