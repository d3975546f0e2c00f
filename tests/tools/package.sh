#!/bin/sh
# package.sh - builds build/sshwhy_VERSION_ARCH.deb of what "make dist" ships,
# and has lintian look at it.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
# shellcheck source=tests/tools/build.sh
. tests/tools/build.sh

for program in dpkg-buildpackage dh lintian; do
	command -v $program >/dev/null ||
		die "$program is missing; ./dev deps installs it"
done
work=$top/build/package
log=$top/build/package.log

configure_in build
rm -rf "$work" build/sshwhy_*
mkdir -p "$work"
make -s -C build distdir distdir="$work/sshwhy"
cp -r "$work/sshwhy/packaging/debian" "$work/sshwhy/debian"
(
	cd "$work/sshwhy"
	DEB_BUILD_OPTIONS="nocheck parallel=$(jobs)" \
		dpkg-buildpackage -b -us -uc >"$log" 2>&1
) || {
	tail -n 30 "$log" >&2
	die "the package could not be built"
}
mv "$work"/sshwhy_*.deb build/
chmod -R u+w "$work"
rm -rf "$work"
# It is not uploaded to Debian, so it closes no bug there.
lintian --allow-root --fail-on error,warning \
	--suppress-tags initial-upload-closes-no-bugs build/sshwhy_*.deb >&2 ||
	die "lintian has complaints"
ls build/sshwhy_*.deb
