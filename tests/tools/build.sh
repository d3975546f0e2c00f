# build.sh - builds of this tree; sourced, with $top as the current directory.
# shellcheck shell=sh

# shellcheck disable=SC2154 # top is the caller's
srcdir=$top
builddir=$top/build
export srcdir builddir

# libtool runs by it for every file, and bash takes twice as long to start.
CONFIG_SHELL=/bin/sh
export CONFIG_SHELL

die()
{
	printf '%s\n' "dev: $*" >&2
	exit 2
}

bootstrap()
{
	[ -x configure ] && [ -f Makefile.in ] && return
	mkdir -p build
	autoreconf -fi >build/autoreconf.log 2>&1 || {
		cat build/autoreconf.log >&2
		die "autoreconf failed (./dev deps installs what it needs)"
	}
}

# configure_in DIR [CONFIGURE-ARGUMENT...] - with Debian's paths; once, unless
# the arguments change.
configure_in()
{
	_dir=$1
	shift
	bootstrap
	[ -f "$_dir/Makefile" ] && [ -f "$_dir/.configured-with" ] &&
		[ "$(cat "$_dir/.configured-with")" = "$*" ] && return
	mkdir -p "$_dir"
	[ ! -f "$_dir/Makefile" ] || make -s -C "$_dir" distclean
	_multiarch=$(gcc -print-multiarch)
	(
		cd "$_dir" || exit
		"$top/configure" -q --prefix=/usr --sysconfdir=/etc \
			--localstatedir=/var --runstatedir=/run \
			--libdir="/usr/lib${_multiarch:+/$_multiarch}" \
			--enable-werror "$@"
	) && printf '%s\n' "$*" >"$_dir/.configured-with"
}

jobs()
{
	nproc 2>/dev/null || echo 1
}

build_default()
{
	configure_in build
	make -s -j"$(jobs)" -C build all
}
