#!/bin/sh
# The account stack of an accepted login, without pam_sshwhy and with it, on
# tables of three sizes in which no rule names the client; and beside it other
# modules that refuse clients: pam_access with one rule, pam_faillock, and
# pam_abl, which decides in auth. pam_abl is fetched and not installed, as its
# package puts itself into every stack of the machine.
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

# least_of FILE [COLUMN]: the smallest median in it, in nanoseconds.
least_of()
{
	cut -d ' ' -f "${2:-1}" "$1" | sort -n | head -n 1
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

# fetch_abl: pam_abl.so in this folder.
fetch_abl()
{
	apt-get -qq download libpam-abl >/dev/null 2>&1 &&
		dpkg-deb -x libpam-abl_*.deb abl &&
		find "$BENCH_DIR/abl" -name pam_abl.so | grep .
}

# stack NAME TYPE LINE: with pam_permit behind it.
stack()
{
	printf '%s\n%s required pam_permit.so\n' "$3" "$2" >"pam.d/$1"
}

# run_stack NAME: one login after the other.
run_stack()
{
	case $1 in
	pam_abl*) set -- "$1" 25 auth ;; # below what its rule allows
	*-auth) set -- "$1" 200 auth ;;
	*) set -- "$1" 200 account ;;
	esac
	"$builddir/tests/bench/bench_pam" "$BENCH_DIR/pam.d" "$@"
}

# compare NAME...: account stacks; those that end in -auth are auth stacks. The
# ratios are of what they cost beyond pam_permit: a login, and its call alone.
compare()
{
	rm -f took.*
	for _ in $(seq "$rounds"); do
		for name; do
			run_stack "$name" >>"took.$name"
		done
	done
	for name; do
		awk -v name="$name" -v plain="$(least_of took.pam_permit)" \
			-v base="$(least_of took.pam_access)" \
			-v took="$(least_of "took.$name")" \
			-v plain_call="$(least_of took.pam_permit 3)" \
			-v base_call="$(least_of took.pam_access 3)" \
			-v call="$(least_of "took.$name" 3)" 'BEGIN {
			printf "%-24s %8.1f us %+8.1f us %6.2f", name,
				took / 1000, (took - plain) / 1000,
				(took - plain) / (base - plain)
			printf " %8.1f us %+8.1f us %6.2f\n", call / 1000,
				(call - plain_call) / 1000,
				(call - plain_call) / (base_call - plain_call)
		}'
	done
}

rules 10
echo '-:ALL:198.51.100.0/24' >access.conf
mkdir faillock bdb
cat >abl.conf <<TEXT
db_home=$BENCH_DIR/bdb
host_db=$BENCH_DIR/bdb/hosts.db
user_db=$BENCH_DIR/bdb/users.db
host_rule=*:30/1h
user_rule=*:30/1h
TEXT
for type in account auth; do
	suffix=${type#account}
	suffix=${suffix:+-$suffix}
	stack "pam_permit$suffix" $type "# nothing"
	stack "pam_sshwhy$suffix" $type "$type required $module"
	stack "pam_sshwhy-enforce$suffix" $type \
		"$type required $module wrapper=enforce"
	stack "pam_access$suffix" $type \
		"$type required pam_access.so accessfile=$BENCH_DIR/access.conf"
done
stack pam_faillock account "account required pam_faillock.so dir=$BENCH_DIR/faillock"
stack pam_faillock-auth auth \
	"auth required pam_faillock.so preauth dir=$BENCH_DIR/faillock"
set -- pam_permit pam_access pam_sshwhy pam_sshwhy-enforce pam_faillock \
	pam_permit-auth pam_access-auth pam_sshwhy-auth pam_sshwhy-enforce-auth \
	pam_faillock-auth
if abl=$(fetch_abl); then
	stack pam_abl-auth auth "auth required $abl config=$BENCH_DIR/abl.conf"
	set -- "$@" pam_abl-auth
else
	echo '# pam_abl cannot be fetched'
fi
printf '\n%-24s %11s %11s %6s %11s %11s %6s\n' 'a login, 10 rules' took \
	more ratio 'its call' more ratio
compare "$@"
cat >/etc/security/sshwhy.conf <<TEXT
rate.all = 1000000/1s burst 10000 per 32/64
TEXT
printf '\n%-24s\n' 'the same with a rate'
compare pam_permit pam_access pam_sshwhy pam_sshwhy-enforce
