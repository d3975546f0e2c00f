#!/bin/sh
# front_ends.sh - unpacks Debian's ufw and firewalld into build-front-ends/root.
#
# Unpacked, not installed: installed, firewalld would close the machine at its
# next boot.
set -eu

cd "$(dirname "$0")/../.."
dir=$PWD/build-front-ends

# What they need beside python3, iptables and nftables.
packages='ufw firewalld python3-firewall python3-nftables python3-dbus
	python3-gi gir1.2-glib-2.0 libgirepository-1.0-1 libglib2.0-0
	dbus-daemon libdbus-1-3'

# Seen at their places; not asked where there is no namespace.
runs()
{
	[ -x "$dir/root/usr/sbin/ufw" ] &&
		[ -x "$dir/root/usr/sbin/firewalld" ] || return 1
	unshare -m true 2>/dev/null || return 0
	unshare -m sh -eu -s "$dir/root" <<'INSIDE'
	mount -t overlay -o "lowerdir=$1/usr:/usr" overlay /usr
	mount -t overlay -o "lowerdir=$1/etc:/etc" overlay /etc
	ufw version >/dev/null
	firewalld --help >/dev/null
	dbus-daemon --version >/dev/null
INSIDE
}

fetch()
{
	# shellcheck disable=SC2086 # one package a word
	apt-get -q download $packages >/dev/null 2>&1
}

! runs 2>/dev/null || exit 0
rm -rf "$dir"
mkdir -p "$dir/debs"
(
	cd "$dir/debs"
	fetch || {
		apt-get -q update >/dev/null
		fetch
	}
) || {
	echo 'front_ends: ufw and firewalld cannot be fetched' >&2
	exit 1
}
for deb in "$dir"/debs/*.deb; do
	dpkg-deb -x "$deb" "$dir/root"
done
rm -rf "$dir/debs"
# Where /lib is a link to /usr/lib.
cp -a "$dir/root/lib/." "$dir/root/usr/lib/"
runs
