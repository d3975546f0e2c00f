#!/bin/bash
# examples.sh - the commands in the manual pages and in README do what they say.
#
# A line of .Dl that starts with a prompt, or that pipes something into sshwhy,
# is run as it stands, in a folder with the files that examples speak of.
# /var/lib, /var/log and /run are the test's own meanwhile.
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd -P)
builddir=${builddir:-$srcdir/build}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'needs root'
if [ -z "${EXAMPLES_WORLD:-}" ]; then
	unshare -mn true 2>/dev/null || skip_all 'needs private namespaces'
	EXAMPLES_WORLD=$(mktemp -d) || bail 'no temporary folder'
	export EXAMPLES_WORLD srcdir builddir
	trap 'rm -rf "$EXAMPLES_WORLD"' EXIT
	unshare -mn --propagation private -- /bin/bash "$0"
	exit
fi
for folder in /var/lib /var/log /run; do
	mount -t tmpfs -o mode=755 none "$folder" || bail 'nothing is mounted'
done
# Programs that are packages' own look for their state.
mkdir -p /var/log/audit
ip link set lo up
PATH=$builddir:$PATH
export TZ=UTC

cd "$EXAMPLES_WORLD" || bail 'no folder'
cp "$srcdir/tests/data/cli/audit.log" /var/log/audit/audit.log
mkdir -p files /srv/copy 2>/dev/null
mount -t tmpfs none /srv && mkdir -p /srv/copy/etc
printf 'sshd: 192.0.2.0/24\n' | tee hosts.deny.new files/hosts.deny \
	>/srv/copy/etc/hosts.deny
: >files/hosts.allow
printf '; a public list\n198.51.100.0/24\n' >drop.txt
gzip -c /var/log/audit/audit.log >audit.log.5.gz
cp "$srcdir/tests/cli/import/bsd.log" auth.log.3
cp auth.log.3 /var/log/auth.log
gzip auth.log.3

# Programs of other packages, and commands that enable.sh and others run.
is_for_elsewhere()
{
	case $1 in
	*'sshwhy enable'* | *'sshwhy disable'* | *'sshwhy follow'*) return 0 ;;
	*'sshwhy sync'*) return 0 ;;
	esac
	return 1
}

# run_example PLACE COMMAND
run_example()
{
	is_for_elsewhere "$2" && return
	timeout 60 bash -o pipefail -c "$2" >out 2>err </dev/null
	status=$?
	bad=$(grep -E 'usage|no such option|unexpected|not a |No such file' err)
	if [ "$status" -le 2 ] && [ -z "$bad" ]; then
		ok 0 "$1: $2"
	else
		ok 1 "$1: $2"
		diag "exit status $status: $(head -n 3 err)"
	fi
}

for page in "$srcdir"/man/*.[1-8]; do
	while IFS= read -r example; do
		run_example "${page##*/}" "$example"
	done < <(sed -n -e 's/^\.Dl [$#] //p' -e 's/^\.Dl \(zcat .*\)/\1/p' \
		-e 's/^\.Dl \(sshwhy .*\)/\1/p' "$page" | sed 's/\\e/\\/g')
done
while IFS= read -r example; do
	run_example README.md "$example"
done < <(sed -n '/^## Ask/,/^## /s/^    \(sshwhy .*\)/\1/p' \
	"$srcdir/README.md" | sed 's/ *#.*//')

(run_example planted 'sshwhy list --no-such-option') >planted.tap
like "$(cat planted.tap)" '^not ok' 'an example that is wrong is noticed'
done_testing
