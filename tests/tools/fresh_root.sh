#!/bin/sh
# fresh_root.sh - a Debian 12 with nothing on it but systemd and sshd, in
# build-root/debian12, and beside it the archives of the libraries that our
# package depends on, as a package source of that root.
#
# Tests mount an overlay over it; nothing in it is changed once it is made.
set -eu

cd "$(dirname "$0")/../.."
dir=$PWD/build-root
root=$dir/debian12
made=$root/srv/debian/Packages

# What debian/control depends on; more of it does no harm.
libraries='libaudit1 libcurl4 libjansson4 libmnl0 libnftables1 libnftnl11
	libpam0g libsqlite3-0 libsystemd0 libwrap0'

say()
{
	printf 'fresh_root: %s\n' "$*" >&2
}

# Debian's mirror as this machine's own sources name it.
mirror()
{
	# shellcheck disable=SC2016 # apt's variable
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Codename: bookworm' 'Origin: Debian' 2>/dev/null | head -n 1
}

inside()
{
	DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$root.new" "$@"
}

download()
{
	mkdir -p "$root.new/srv/debian"
	inside apt-get -q update
	# shellcheck disable=SC2086 # a list of words
	inside apt-get -q -y --no-install-recommends --download-only install \
		$libraries
	find "$root.new/var/cache/apt/archives" -name '*.deb' \
		-exec mv -t "$root.new/srv/debian" {} +
	(cd "$root.new/srv/debian" && dpkg-scanpackages -m . >Packages)
	echo 'deb [trusted=yes] file:/srv/debian ./' \
		>"$root.new/etc/apt/sources.list"
	rm -rf "$root.new/var/lib/apt/lists" "$root.new/var/cache/apt/"*.bin
	mkdir -p "$root.new/var/lib/apt/lists/partial"
	inside apt-get -q update
	inside apt-get clean
}

[ ! -s "$made" ] || exit 0
[ "$(id -u)" -eq 0 ] || {
	say 'needs root'
	exit 1
}
uri=$(mirror)
[ -n "$uri" ] || {
	say 'this machine has no Debian 12 package source'
	exit 1
}
rm -rf "$root.new"
mkdir -p "$dir"
debootstrap --variant=minbase \
	--include=systemd-sysv,openssh-server bookworm "$root.new" "$uri" >&2 || {
	tail -n 20 "$root.new/debootstrap/debootstrap.log" >&2
	say 'debootstrap failed'
	exit 1
}
rm -f "$root.new/var/cache/apt/archives/"*.deb
download >&2
rm -rf "$root"
mv "$root.new" "$root"
