#!/bin/sh
# The account stack of an accepted login, without pam_sshwhy and with it, on
# tables of three sizes in which no rule names the client.
#
# All are run in turns, and the least of the medians counts: other work on the
# machine only ever adds to it.
set -eu

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${builddir:-$srcdir/build}
module=$builddir/module/.libs/pam_sshwhy.so
rounds=${ROUNDS:-9}

[ "$(id -u)" -eq 0 ] || {
	echo "bench_pam.sh: needs root for an /etc of its own" >&2
	exit 3
}
[ -n "${BENCH_DIR:-}" ] || {
	BENCH_DIR=$(mktemp -d)
	export BENCH_DIR srcdir builddir
	trap 'rm -rf "$BENCH_DIR"' EXIT
	trap 'exit 129' HUP INT TERM
	unshare -m --propagation private -- /bin/sh "$0" "$@"
	exit
}
cd "$BENCH_DIR"
mount -t tmpfs tmpfs "$BENCH_DIR"
cd "$BENCH_DIR"
mkdir up work pam.d
mount -t overlay overlay -o lowerdir=/etc,upperdir=up,workdir=work /etc
: >/etc/hosts.allow
rm -f /etc/security/sshwhy.conf

echo 'account required pam_permit.so' >pam.d/plain
for mode in off observe enforce; do
	{
		echo "account [default=ignore perm_denied=die]" \
			"$module wrapper=$mode"
		cat pam.d/plain
	} >"pam.d/$mode"
done

# rules COUNT
rules()
{
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "sshd: 10.%d.%d.%d\n", int(i / 65536) % 256,
				int(i / 256) % 256, i % 256
	}' >/etc/hosts.deny
}

# least_of FILE: the smallest median in it, in nanoseconds.
least_of()
{
	sort -n "$1" | sed -n '1s/ .*//p'
}

bench()
{
	rules "$1"
	rm -f took.*
	for _ in $(seq "$rounds"); do
		for stack in plain off observe enforce; do
			"$builddir/tests/bench/bench_pam" "$BENCH_DIR/pam.d" \
				"$stack" "$2" >>took.$stack
		done
	done
	for stack in off observe enforce; do
		awk -v rules="$1" -v mode="$stack" \
			-v plain="$(least_of took.plain)" \
			-v ours="$(least_of took.$stack)" 'BEGIN {
			printf "%8d rules  %-8s %11.1f us %+11.1f us %9.1f\n",
				rules, mode, ours / 1000,
				(ours - plain) / 1000, ours / plain
		}'
	done
}

printf '%-15s %-8s %14s %14s %9s\n' 'account stack' mode took more ratio
bench 10 2000
bench 1000 400
bench 100000 10
