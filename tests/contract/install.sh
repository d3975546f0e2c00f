#!/bin/sh
# install.sh - "./dev install" puts each file where Debian expects it, readable
# by all whatever the umask, and switches nothing on.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib/tap.sh

[ "$(id -u)" -eq 0 ] || skip_all 'needs root'

work=$(mktemp -d) || bail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
root=$work/root
libdir=usr/lib/$(gcc -print-multiarch)

install_with_a_tight_umask()
{
	(umask 077 && ./dev install "$root")
}

# are MODE PATH...
are()
{
	mode=$1
	shift
	for path; do
		[ "$(stat -c '%A %u' "$root/$path")" = "$mode 0" ] || {
			ls -ld "$root/$path"
			return 1
		}
	done
}

# none EXPRESSION... - of find; what it finds is shown.
none()
{
	found=$(find "$root" "$@") || return
	[ -z "$found" ] || {
		printf '%s\n' "$found"
		return 1
	}
}

module_exports_entry_points()
{
	nm -D --defined-only "$root/$libdir/security/pam_sshwhy.so" |
		grep -q ' T pam_sm_acct_mgmt$'
}

program_runs()
{
	"$root/usr/bin/sshwhy" --version | grep -q '^sshwhy [0-9]'
}

holds 'it installs into DESTDIR' install_with_a_tight_umask
holds 'the program is there' are -rwxr-xr-x usr/bin/sshwhy
holds 'the PAM module is there' are -rwxr-xr-x \
	"$libdir/security/pam_sshwhy.so"
holds 'the hook is there' are -rwxr-xr-x usr/lib/sshwhy/sshwhy_hook.so
holds 'the configuration is there' are -rw-r--r-- etc/security/sshwhy.conf
holds 'the manual is there' are -rw-r--r-- \
	usr/share/man/man1/sshwhy.1 usr/share/man/man5/sshwhy.conf.5 \
	usr/share/man/man8/pam_sshwhy.8
holds 'folders are open to all' none -mindepth 1 -type d ! -perm 755
holds 'no file is writable by others, or has another owner' none \
	-type f \( -perm /022 -o ! -uid 0 \)
holds 'nothing is there to be linked with' none \
	\( -name '*.la' -o -name '*.a' -o -name '*.h' -o -name '*.pc' \)
holds 'neither PAM nor sshd nor systemd is told of it' none ! -type d \
	\( -path "$root/etc/pam.d/*" -o -path "$root/etc/ssh/*" \
	-o -path "$root/etc/systemd/*" -o -name ld.so.preload \
	-o -path '*/usr/share/pam-configs/*' \
	-o -path '*/systemd/system/*.wants/*' \
	-o -path '*/systemd/system/ssh*.d/*' \)
holds 'the module offers PAM its entry points' module_exports_entry_points
holds 'the program runs' program_runs

done_testing
