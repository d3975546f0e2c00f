#!/bin/sh
# crowdsec.sh - unpacks Debian's CrowdSec into build-crowdsec/root.
#
# Unpacked, not installed: its scripts would start services and ask the network.
set -eu

cd "$(dirname "$0")/../.."
dir=$PWD/build-crowdsec

runs()
{
	[ -x "$dir/root/usr/bin/crowdsec" ] &&
		"$dir/root/usr/bin/cscli" version >/dev/null 2>&1
}

! runs || exit 0
rm -rf "$dir"
mkdir -p "$dir/debs"
(
	cd "$dir/debs"
	apt-get -q download crowdsec >/dev/null 2>&1 || {
		apt-get -q update >/dev/null
		apt-get -q download crowdsec >/dev/null 2>&1
	}
) || {
	echo 'crowdsec: cannot be fetched' >&2
	exit 1
}
dpkg -x "$dir"/debs/crowdsec_*.deb "$dir/root"
rm -rf "$dir/debs"
runs
