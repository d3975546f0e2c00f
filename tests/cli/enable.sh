#!/bin/sh
# enable.sh - sshwhy enable, disable and status: what is written, and that it is
# undone byte for byte whatever the files look like and wherever they stop.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
sshd_world "$0" "$@"
sshd_overlay /usr || bail "no overlay"
sshd_overlay /var/lib || bail "no overlay"

# As installed, with the paths of a package.
make -s -C "$builddir" install >"$W/install.log" 2>&1 ||
	bail "not installed: $(tail -n 5 "$W/install.log")"
module=$(find /usr/lib -name pam_sshwhy.so)
stack=/etc/pam.d/sshd
dropin=/etc/systemd/system/ssh.service.d/sshwhy.conf
[ -f /lib/systemd/system/ssh.service ] || skip_all "sshd has no unit here"

# The stack of a Debian that nobody has touched.
stock_stack()
{
	sed '/pam_sshwhy/d' "$srcdir/pam.d-examples/sshd.debian"
}
stock_stack >$stack

# try ARGUMENT...: output in $out, complaints in $err, exit status in $status.
try()
{
	/usr/bin/sshwhy "$@" >"$W/out" 2>"$W/err" </dev/null
	status=$?
	out=$(cat "$W/out") err=$(cat "$W/err")
}

# Names, kinds, owners, modes, targets and contents of all that may change.
picture()
{
	find /etc /var/lib/sshwhy /var/log/sshwhy \
		-printf '%p %y %m %U %G %l\n' 2>/dev/null | sort
	find /etc /var/lib/sshwhy -type f -exec sha256sum {} + 2>/dev/null |
		sort -k 2
}

# unchanged NAME: since the last "picture >$W/before".
unchanged()
{
	picture >"$W/now"
	holds "$1" diff "$W/before" "$W/now"
}
touch /etc/.pwd.lock
chmod 600 /etc/.pwd.lock
picture >"$W/before"

# --- shown, asked, written ----------------------------------------------------

try enable --dry-run
is "$status $err" "0 " "a dry run tries and shows"
like "$out" '^\+Environment=LD_PRELOAD=/usr/lib/sshwhy/sshwhy_hook.so$' \
	"the hook's drop-in is in the diff"
like "$out" '^--- /etc/pam.d/sshd$' "the PAM stack is in it"
like "$out" '^@@ -[0-9]+,6 \+[0-9]+,9 @@$' "with three lines around ours"
unlike "$out" '^[ +-](root|alice):' "nobody's password is shown beside our line"
unlike "$out" 'firewall = yes' "the firewall tap stays off"
unchanged "and writes nothing"
try enable
is "$status" 3 "without a terminal it wants --yes"
like "$err" '--yes is needed; nothing was changed' "says so"
unchanged "and writes nothing then"
answered()
{
	printf '%s\n' "$1" | script -qec '/usr/bin/sshwhy enable' /dev/null \
		>"$W/out" 2>&1
	status=$?
}
answered n
is "$status" 1 "on a terminal it asks, and takes no for an answer"
unchanged "nothing is written after a no"
answered y
is "$status" 0 "and a yes"
like "$(cat "$W/out")" 'systemctl restart ssh.service' \
	"how to restart sshd is said"
holds "the drop-in is there" grep -q '^Environment=LD_PRELOAD=' $dropin
is "$(grep -v '^#' $stack | sed '/^$/d' | head -n 3)" \
	"-auth    [default=ignore perm_denied=die] pam_sshwhy.so
-account [default=ignore perm_denied=die] pam_sshwhy.so
@include common-auth" "our lines are the first that count"
holds "there is an account for the recorder" sh -c \
	'getent passwd sshwhy | grep -q "/usr/sbin/nologin$" &&
	getent group sshwhy && getent shadow sshwhy'
is "$(readlink -e /etc/systemd/system/sockets.target.wants/sshwhyd.socket)" \
	/etc/systemd/system/sshwhyd.socket "the recorder is started at boot"
holds "sshd takes its configuration" /usr/sbin/sshd -t
is "$(/usr/sbin/sshd -T | sed -n 's/^logverbose //p')" \
	'*:drop_connection():*,*:should_drop_connection():*' \
	"and says what it drops"
picture >"$W/enabled"
try enable --yes
is "$status $out" "0 already enabled: wrapper, pam, recorder" \
	"the second time there is nothing to do"
picture >"$W/now"
holds "and nothing is done" diff "$W/enabled" "$W/now"
try status
is "$status" 1 "status says when something is left to do"
like "$out" '^wrapper +on .*no sshd listens' "no sshd runs yet"
like "$out" '^recorder +pending .*sshwhyd does not run' "and no recorder"
like "$out" '^firewall +off' "the tap is off"
try enable --firewall --yes
is "$status" 0 "the firewall tap is one more line"
is "$(grep -A 2 '^#firewall = ' /etc/security/sshwhy.conf | tail -n 1)" \
	"firewall = yes" "below the default that it changes"
try disable --firewall --yes
picture >"$W/now"
holds "one part is disabled alone" diff "$W/enabled" "$W/now"
try disable --dry-run
is "$status" 0 "disable has a dry run, too"
picture >"$W/now"
holds "that changes nothing" diff "$W/enabled" "$W/now"
try disable --yes
is "$status $err" "0 " "disable"
unchanged "everything is as it was before, byte for byte"
try disable --yes
is "$status $out" "0 already disabled: nothing of enable's is there" \
	"once more: nothing to do"
try enable --yes nonsense
is "$status" 3 "words that mean nothing are refused"

# --- what a stack may look like -----------------------------------------------

# round NAME: enable and disable around files that look otherwise.
round()
{
	picture >"$W/before"
	try enable --yes
	is "$status $err" "0 " "$1: enable"
	round_stack=$(cat $stack)
	try disable --yes
	is "$status" 0 "$1: disable"
	unchanged "$1: everything is back"
}
printf 'auth required pam_unix.so\naccount required pam_unix.so' >$stack
round "no newline at the end"
like "$round_stack" '^account required pam_unix.so$' "the last rule is whole"
stock_stack | sed 's/$/\r/' >$stack
round "CRLF"
stock_stack >/etc/pam.d/sshd.real
rm $stack
ln -s sshd.real $stack
round "a symbolic link"
is "$(readlink $stack)" sshd.real "the link stays one"
rm $stack /etc/pam.d/sshd.real
stock_stack >$stack
chown 0:4 $stack
chmod 640 $stack
python3 -c "import os
os.setxattr('$stack', 'security.sshwhytest', b'kept')"
attribute()
{
	python3 -c "import os
print(os.getxattr('$stack', 'security.sshwhytest').decode())"
}
try enable --pam --yes
is "$(stat -c '%a %g' $stack) $(attribute)" "640 4 kept" \
	"owner, mode and extended attributes are kept"
try disable --yes
is "$(stat -c '%a %g' $stack) $(attribute)" "640 4 kept" "and on the way back"
rm $stack
stock_stack >$stack
printf 'root:x:0:' >"$W/last"
sed -i '$d' /etc/gshadow
printf 'last:!::' >>/etc/gshadow
round "no newline at the end of gshadow"

# --- what others did meanwhile ------------------------------------------------

try enable --yes
echo 'session optional pam_umask.so' >>$stack
sed -i 's/^-auth.*/& wrapper=enforce/' $stack
echo 'Nice=5' >>$dropin
echo 'mallory:x:4711:4711::/:/bin/false' >>/etc/passwd
rm /etc/systemd/system/sshwhyd.socket
try status
like "$out" '^wrapper +changed +'$dropin "a drop-in that was changed"
like "$out" '^pam +on ' "our lines are still there"
like "$out" '^recorder +changed .*sshwhyd.socket' "a unit that was removed"
try disable --yes
is "$status $err" "0 " "disable after others have changed files"
like "$out" "^$stack was changed by somebody: only our lines" "it says which"
is "$(cat $stack)" "$(stock_stack
	echo 'session optional pam_umask.so')" "their line stays, ours go"
is "$(cat $dropin)" "[Unit]
[Service]
Nice=5" "of a file of ours only what they added"
is "$(tail -n 1 /etc/passwd)" 'mallory:x:4711:4711::/:/bin/false' \
	"other accounts stay"
fails "ours goes" grep -q '^sshwhy:' /etc/passwd
sed -i '/^mallory/d' /etc/passwd
rm -r ${dropin%/*}
stock_stack >$stack

mkdir -p ${dropin%/*}
printf '[Service]\nEnvironment=LD_PRELOAD=/usr/lib/sshwhy/sshwhy_hook.so\n' \
	>$dropin
try enable --wrapper --yes
is "$status $out" "0 already enabled: wrapper" "a drop-in by hand is left alone"
try status
like "$out" '^wrapper +on .*by hand' "and known as one"
echo 'Nice=7' >$dropin
picture >"$W/before"
try enable --wrapper --yes
like "$out" '^-Nice=7$' "what stands in our place is replaced, and shown"
try disable --yes
unchanged "and put back"
rm -r ${dropin%/*}

# --- refused before anything is touched ---------------------------------------

# refused PATTERN NAME ARGUMENT...
refused()
{
	refused_like=$1 refused_name=$2
	shift 2
	picture >"$W/before"
	try enable --yes "$@"
	is "$status" 4 "$refused_name: refused"
	like "$err" "$refused_like" "$refused_name: the reason"
	unchanged "$refused_name: nothing was changed"
}
echo 'NoSuchThing yes' >>/etc/ssh/sshd_config
refused 'sshd -t fails as things are: .*NoSuchThing' "a broken sshd_config"
sed -i '$d' /etc/ssh/sshd_config
mv /usr/lib/sshwhy/sshwhy_hook.so "$W/hook"
echo nonsense >/usr/lib/sshwhy/sshwhy_hook.so
refused 'would no longer be silent: .*cannot be preloaded' "a hook that is broken"
rm /usr/lib/sshwhy/sshwhy_hook.so
refused 'wrapper: .*sshwhy_hook.so is not installed' "a hook that is missing" \
	--wrapper
mv "$W/hook" /usr/lib/sshwhy/sshwhy_hook.so
mv "$module" "$W/module"
cp "${module%/*}/pam_access.so" "$module"
cp -p /etc/security/access.conf "$W/access.conf"
echo '-:ALL:ALL' >>/etc/security/access.conf
refused 'PAM answers [0-9]+ for root' "a module that refuses" --pam
cp -p "$W/access.conf" /etc/security/access.conf
mv "$W/module" "$module"
stock_stack | sed '/^account/d;/^@include common-account/d' >$stack
refused 'PAM answers 6 for root from 127.0.0.1, not 0' \
	"a stack in which ours would be the only word on accounts" --pam
stock_stack >$stack
cp -p /usr/share/sshwhy/system/sshwhyd.service "$W/unit"
sed -i 's/^ExecStart=.*/ExecStart=nonsense/' \
	/usr/share/sshwhy/system/sshwhyd.service
command -v systemd-analyze >/dev/null &&
	refused 'systemd-analyze verify: ' "a unit that is broken" --recorder
cp -p "$W/unit" /usr/share/sshwhy/system/sshwhyd.service
echo 'firewall = no' >>/etc/security/sshwhy.conf
refused 'with "firewall = yes": line [0-9]+: ' "a setting that says no" --firewall
sed -i '$d' /etc/security/sshwhy.conf

mkdir -p ${dropin%/*}
printf '[Service]\nEnvironment=LD_PRELOAD=/usr/lib/libjemalloc.so\n' \
	>${dropin%/*}/malloc.conf
refused 'malloc.conf sets LD_PRELOAD; add ' "another preload" --wrapper
try enable --yes
like "$out" '^wrapper left out: .*malloc.conf' \
	"of those that nobody named it is left out"
try disable --yes
rm -r ${dropin%/*}
cp -p /etc/ssh/sshd_config "$W/sshd_config.old"
sed -i '/^Include/d' /etc/ssh/sshd_config
try enable --yes
like "$out" '^note: .*does not include sshd_config.d; put the line' \
	"without Include it says what to do"
fails "and writes no file that nobody reads" test -e \
	/etc/ssh/sshd_config.d/50-sshwhy.conf
try disable --yes
cp -p "$W/sshd_config.old" /etc/ssh/sshd_config
echo 'LogVerbose kex.c:*' >>/etc/ssh/sshd_config
try enable --yes
like "$out" '^note: .*sets LogVerbose' "a LogVerbose of somebody's stays"
try disable --yes
cp -p "$W/sshd_config.old" /etc/ssh/sshd_config
mount -t tmpfs tmpfs /sys/fs
mkdir /sys/fs/selinux
echo 1 >/sys/fs/selinux/enforce
try enable --yes
like "$out" '^wrapper left out: SELinux' "with SELinux PAM and the recorder do"
fails "without the hook" test -e $dropin
try disable --yes
try enable --wrapper --yes
like "$out" '^note: SELinux' "who names the hook is told"
try disable --yes
umount /sys/fs

# --- files that cannot be written ---------------------------------------------

mount --bind /etc/pam.d /etc/pam.d
mount -o remount,bind,ro /etc/pam.d
refused 'pam.d/sshd: Read-only file system; nothing was changed' \
	"a read-only file system"
umount /etc/pam.d
mkdir -p /var/lib/sshwhy
mount -t tmpfs -o size=8k tmpfs /var/lib/sshwhy
cat /dev/zero >/var/lib/sshwhy/full 2>/dev/null
refused 'No space left on device' "no room for the copies"
umount /var/lib/sshwhy
rmdir /var/lib/sshwhy
cp -a /etc/systemd/system "$W/system"
mount -t tmpfs -o size=16k,mode=755 tmpfs /etc/systemd/system
cat /dev/zero >/etc/systemd/system/full 2>/dev/null
refused 'No space left on device' "no room for a unit"
umount /etc/systemd/system
# The memory that a world lives in knows no such attribute; a disk does.
disk=$(mktemp -d "$builddir/enable.XXXXXX")
cp -a /etc/pam.d/. "$disk"
if chattr +i "$disk/sshd" 2>/dev/null; then
	mount --bind "$disk" /etc/pam.d
	refused 'pam.d/sshd: Operation not permitted .lsattr' "an immutable file"
	umount /etc/pam.d
	chattr -i "$disk/sshd"
else
	skip "no chattr here" "an immutable file"
fi
rm -rf "$disk"

# --- killed at any point ------------------------------------------------------

# killed CALL NUMBER COMMAND: at the NUMBERth such call. Fails when it ended
# before that.
killed()
{
	strace -f -qq -o /dev/null -e trace="$1" \
		-e inject="$1:signal=KILL:when=$2" \
		/usr/bin/sshwhy "$3" --yes >/dev/null 2>&1 </dev/null &&
		return 1
	kills=$((kills + 1))
	return 0
}
# ended COMMAND WANTED: what was killed is done by the next one.
ended()
{
	try "$1" --yes
	# The numbers of its copies go on.
	picture | grep -v /var/lib/sshwhy/enabled/ >"$W/now"
	grep -v /var/lib/sshwhy/enabled/ "$2" | diff - "$W/now" >"$W/diff" &&
		return 0
	[ -n "$bad" ] || diag "$status $err" "$(cat "$W/diff")"
	bad="$bad $1:$call:$number"
}
# Every so often, and to the end: a file's rename is where it changes.
kill_enable()
{
	call=$1 number=1
	while killed "$call" $number enable; do
		# By turns what comes next is the one or the other.
		[ $((kills % 2)) -eq 0 ] || ended enable "$W/enabled"
		ended disable "$W/before"
		number=$((number + $2))
	done
	try disable --yes
}
kill_disable()
{
	call=$1 number=1
	try enable --yes
	while killed "$call" $number disable; do
		[ $((kills % 2)) -eq 0 ] || ended enable "$W/enabled"
		ended disable "$W/before"
		try enable --yes
		number=$((number + $2))
	done
}
if command -v strace >/dev/null; then
	picture >"$W/before"
	try enable --yes
	picture >"$W/enabled"
	try disable --yes
	# It takes its time, and was seen above.
	mv /usr/bin/systemd-analyze "$W/analyze"
	kills=0 bad=
	kill_enable rename 1
	kill_enable fsync 7
	kill_disable rename 2
	kill_disable unlink 5
	mv "$W/analyze" /usr/bin/systemd-analyze
	ok "$([ $kills -gt 30 ]; echo $?)" "it was killed often enough" ||
		diag "$kills times"
	is "$bad" "" "the next one ends what a killed one began"
	is "$(find /etc /var/lib /var/log -name '*.sshwhy-new')" "" \
		"no draft is left"
else
	skip "strace is not installed" "killed at any point"
fi

# --- the same at the same time, other roots, running daemons ------------------

picture >"$W/before"
for i in 1 2 3 4; do
	/usr/bin/sshwhy enable --yes >"$W/out.$i" 2>&1 &
	pids="${pids:-} $!"
done
# shellcheck disable=SC2086 # not the logger of the world
wait $pids
is "$(grep -l '^enabled: wrapper, pam, recorder$' "$W"/out.? | wc -l) $(grep -l \
	'^already enabled: wrapper, pam, recorder$' "$W"/out.? | wc -l)" "1 3" \
	"of four at once one writes"
mkdir "$W/other"
mount --rbind / "$W/other"
try status --root "$W/other"
like "$out" "^recorder +on " "of another root no process is looked at"
try disable --yes --root "$W/other"
is "$status" 0 "another root may be named"
unchanged "and is acted on"

try enable --yes
sshd_start || bail "sshd does not start"
try status --json
is "$(printf '%s\n' "$out" | jq -r 'select(.part == "wrapper") | .state')" \
	pending "an sshd without the hook"
is "$(printf '%s\n' "$out" | jq -r 'keys_unsorted | join(" ")' | sort -u)" \
	"part state file reason" "the keys of JSON"
sshd_stop
SSHD_PRELOAD=/usr/lib/sshwhy/sshwhy_hook.so
sshd_start || bail "sshd does not start with the hook"
try status
like "$out" '^wrapper +on +/etc/systemd/system/ssh.service.d/sshwhy.conf$' \
	"an sshd that has it"
cp /usr/lib/sshwhy/sshwhy_hook.so /usr/lib/sshwhy/new
mv /usr/lib/sshwhy/new /usr/lib/sshwhy/sshwhy_hook.so
try status
like "$out" '^wrapper +pending .*an older one' "one that has that of before"
try disable --yes
unchanged "all is back in the end"
done_testing
