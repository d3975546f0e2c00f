#!/bin/sh
# The files of system/, judged by systemd's own tools, and a recorder with the
# rights and system calls that its unit leaves it.

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"
. "$srcdir/tests/lib/recorder.sh"

command -v systemd-analyze >/dev/null || skip_all "systemd is not installed"
sshd_world "$0" "$@"
stop_all()
{
	[ -z "$RECORDER_PID" ] || pkill -TERM -P "$RECORDER_PID"
	recorder_stop
	sshd_world_end
}
trap stop_all EXIT

UNIT=$builddir/system/sshwhyd.service
units=$W/units
mkdir -p "$units/ssh.service.d" "$units/ssh@.service.d"
sed "s|^ExecStart=[^ ]*|ExecStart=$SSHWHYD|" "$UNIT" >"$units/sshwhyd.service"
cp "$builddir/system/sshwhyd.socket" "$srcdir/system/sshwhy-metrics.timer" \
	"$srcdir/system/sshwhy-sync.timer" "$units"
for unit in sshwhy-metrics.service sshwhy-sync.service; do
	sed "s|^ExecStart=[^ ]*|ExecStart=$builddir/sshwhy|" \
		"$builddir/system/$unit" >"$units/$unit"
done
cp "$builddir/system/sshd-hook.conf" "$units/ssh.service.d/sshwhy.conf"
cp "$builddir/system/sshd-instance-hook.conf" "$units/ssh@.service.d/sshwhy.conf"
cat >"$units/ssh@.service" <<-END
	[Service]
	ExecStart=-/usr/sbin/sshd -i
	StandardInput=socket
END

verify()
{
	verified=$(SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify --man=no \
		"$units/$1" 2>&1) && [ -z "$verified" ] && return 0
	echo "$verified"
	return 1
}

for unit in sshwhyd.service sshwhyd.socket ssh@.service \
	sshwhy-metrics.service sshwhy-metrics.timer \
	sshwhy-sync.service sshwhy-sync.timer; do
	holds "systemd finds nothing wrong with $unit" verify $unit
done
cp /lib/systemd/system/ssh.service "$units" 2>/dev/null &&
	holds "nor with Debian's ssh.service and our drop-in" verify ssh.service
sed -i 's/^Type=notify/Type=notfy/' "$units/sshwhyd.service"
fails "it would notice" verify sshwhyd.service

score()
{
	systemd-analyze security --offline=yes "$UNIT" 2>/dev/null |
		sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p'
}
like "$(cat "$srcdir/man/sshwhyd.8")" "^exposure of $(score) " \
	"the manual gives the score of systemd-analyze security"
unlike "$(sed '/^#/d' "$UNIT")" \
	'^(Protect(System|Home|Proc|Kernel.*|ControlGroups)|Private.*|ProcSubset)=' \
	"the service sees the files and the network that sshd sees"

holds "systemd-sysusers makes the account" sh -c "mkdir -p '$W/root/etc' &&
	systemd-sysusers --root='$W/root' '$srcdir/system/sshwhy.sysusers' &&
	grep -q '^sshwhy:.*nologin' '$W/root/etc/passwd'"
mkdir -p "$W/root/var/lib" "$W/root/var/log" "$W/root/run"
cp /etc/group "$W/root/etc/group"
holds "systemd-tmpfiles makes the folders" systemd-tmpfiles --create \
	--root="$W/root" "$builddir/system/sshwhy.tmpfiles"
is "$(stat -c '%a %U %G' "$W/root/var/lib/sshwhy" "$W/root/var/log/sshwhy" \
	"$W/root/run/sshwhy")" \
	"750 root adm
750 root adm
755 root root" "with the right owners and modes"

# The capabilities of the unit, as setpriv wants them.
bounding=-all$(sed -n 's/^CapabilityBoundingSet=//p' "$UNIT" | tr ' ' '\n' |
	sed 's/^CAP_/,+/' | tr '[:upper:]' '[:lower:]' | tr -d '\n')
cat >/etc/security/sshwhy.conf <<-END
	sinks = file
	fold = 0
END
echo 'sshwhy:x:900:900::/:/usr/sbin/nologin' >>/etc/passwd
install -d -g adm -m 0750 /var/log/sshwhy
cat >"$W/confined" <<END
#!/bin/sh
exec strace -f -qq -o "$W/calls" -e signal=none setpriv \
	--bounding-set "$bounding" --no-new-privs "$SSHWHYD" "\$@"
END
chmod 755 "$W/confined"
command -v strace >/dev/null || sed -i 's/ strace .* setpriv/ setpriv/' "$W/confined"
BUILT=$SSHWHYD
SSHWHYD=$W/confined
recorder_start --log-file "$SSHD_LOG" || bail "sshwhyd does not start: $(cat "$W/sshwhyd.err")"
sshd_start 'DenyUsers alice' || bail "sshd does not start"
ssh_from 127.0.0.5 true >/dev/null
wait_until records_sum_is 127.0.0.5 1 2>/dev/null || diag "$(cat "$W/sshwhyd.err" "$SSHD_LOG")"
is "$(jq -r '[.cause, .rule.source, .rule.line] | @csv' "$RECORDS")" \
	"\"config.deny-user\",\"$W/sshd_config\",1" \
	"with the rights of its unit it records and asks sshd for the rule"
is "$(stat -c '%a %U %G' "$RECORDS")" "640 root adm" \
	"the group adm may read what it writes"
# strace does not end by a signal while its child lives.
pkill -TERM -P "$RECORDER_PID" -f "^$BUILT"
wait "$RECORDER_PID"
RECORDER_PID=

if [ -s "$W/calls" ]; then
	systemd-analyze syscall-filter @system-service >/dev/null || bail filter
	allowed()
	{
		systemd-analyze syscall-filter "$1" | sed '1d;s/^ *//;/^#/d' |
			while read -r word; do
				case $word in
				@*) allowed "$word" ;;
				?*) echo "$word" ;;
				esac
			done
	}
	{ allowed @system-service; allowed @mount; } | sort -u >"$W/allowed"
	# From the recorder's own start on.
	sed -n '/execve.*sshwhyd/,$p' "$W/calls" |
		sed -n 's/^[0-9]* *\(<\.\.\. \)\{0,1\}\([a-z0-9_]*\).*/\2/p' |
		sort -u >"$W/used"
	is "$([ "$(wc -l <"$W/used")" -gt 40 ] && echo many)" many \
		"its system calls are seen"
	is "$(comm -23 "$W/used" "$W/allowed" | tr '\n' ' ')" "" \
		"its unit allows each of them"
else
	skip "strace is not installed" "its unit allows each system call"
fi

done_testing
