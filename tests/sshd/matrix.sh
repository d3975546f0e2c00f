#!/bin/sh
# Every way in which sshd 9.2 and 10 reject a connection: one rejection is one
# record, with its cause, the line that did it, both ends and the account.

set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"
# shellcheck source=tests/lib/recorder.sh
. "$srcdir/tests/lib/recorder.sh"
# shellcheck source=tests/lib/matrix.sh
. "$srcdir/tests/lib/matrix.sh"

sshd_world "$0" "$@"

SSHD10=$srcdir/build-sshd10/root/usr
PIDS=/sys/fs/cgroup/pids
[ -d "$PIDS" ] || PIDS=/sys/fs/cgroup
CGROUP=$PIDS/sshwhy-matrix.$$
SSHD_MORE= # settings of every sshd
CIPHERS='Ciphers aes256-ctr,aes256-gcm@openssh.com'

end_matrix()
{
	let_go
	listeners_stop
	recorder_stop
	[ ! -d "$CGROUP" ] || rmdir "$CGROUP" 2>/dev/null
	sshd_world_end
}
trap end_matrix EXIT

# ID | versions | causes | user | what happens
while IFS='|' read -r id versions causes user title; do
	matrix_row "$id" "$versions" "$causes" "$user" "$title"
done <<-'END'
	A7|9 10|server.resources|-|no descriptor for a child
	A8|10|protocol.banner ban.penalty|-|PerSourcePenalties
	A9|9 10 log|limit.max-startups|-|MaxStartups is full
	A10|9 10 log|limit.max-startups-random|-|MaxStartups drops by lot
	A11|9 10 log|limit.per-source|-|PerSourceMaxStartups
	A11b|9 10 log|limit.per-source|-|PerSourceMaxStartups, told by the number of those open
	A12|9 10|server.resources|-|fork() fails
	B1|10|server.crash|-|sshd-session is missing
	B3|9|server.privsep|-|the user sshd is missing
	B4a|9|server.host-keys|-|no host key can be read
	B4b|9 10|server.privsep|-|/run/sshd is missing
	B4c|10|server.crash|-|sshd-auth is missing
	B5|9 10|wrapper.deny|-|a TCP wrapper rule
	B9|9 10|server.resources|-|fork() of the unprivileged child fails
	C1|9 10|config.grace-time|-|LoginGraceTime
	C2|9 10|-|-|the client leaves
	C3|9 10 log|protocol.banner|-|the first line is no SSH
	C4a|9 10|protocol.banner|-|the first line is too long
	C4b|9 10|protocol.banner|-|an identification that cannot be read
	C5|9 10 log|protocol.version|-|protocol 1.5
	C6|9 10|protocol.banner|-|a scanner
	C7kex|9 10|protocol.no-common-algorithm|-|no common key exchange
	C7key|9 10|protocol.no-common-algorithm|-|no common host key type
	C7ciph|9 10 log|protocol.no-common-algorithm|-|no common cipher
	C7mac|9 10|protocol.no-common-algorithm|-|no common MAC
	C8|9 10|protocol.corrupt|-|a corrupt packet
	C11|9 10|server.crash|-|the unprivileged child crashes
	C12|10|server.crash|-|the session is killed
	D1|9 10|-|-|unknown user
	D2|9 10 log|config.deny-user|alice|DenyUsers, in a Match block
	D2inc|9 10|config.deny-user|bob|DenyUsers, in an included file
	D3|9 10|config.allow-user|alice|AllowUsers, in a Match block
	D3inc|9 10|config.allow-user|alice|AllowUsers, for all
	D4deny|9 10|config.deny-group|alice|DenyGroups
	D4allow|9 10|config.allow-group|alice|AllowGroups
	D5a|9 10|config.shell|dave|the shell is missing
	D5b|9 10|config.shell|erin|the shell is no program
	D6a|9 10|account.locked|lois|locked account, no PAM
	D6b|9 10|account.locked|xena|expired account, no PAM
	D7|10|config.refuse-connection|alice|RefuseConnection
	D8|9 10|config.auth-methods|alice|AuthenticationMethods
	D10|9 10|-|alice|wrong password
	D11|9 10 log|config.root-login|root|PermitRootLogin prohibit-password
	D11kbd|9 10|config.root-login|root|the same, keyboard-interactive
	D11yes|9 10 log|-|root|wrong password, PermitRootLogin yes
	D12|9 10 log|config.root-login|root|PermitRootLogin no, key
	D12b|9 10|config.root-login|root|forced-commands-only, plain key
	D13a|9 10|key.restricted|fred|from= of the key
	D13b|9 10|key.file|gina|modes of the key file
	D14|9 10 log|config.max-auth-tries|alice|MaxAuthTries
	D16|9 10|account.locked|carol|pam_faillock locks
	D17a|9 10 log|account.pam|alice|pam_access, by key
	D17b|9 10|account.pam|alice|pam_access, by password
	D17c|9 10|account.pam|alice|pam_access, keyboard-interactive
	D17d|9 10|account.pam|alice|pam_deny, by key
	D17e|9 10|account.pam|alice|pam_nologin, by key
	D17f|9 10|account.pam|xena|expired account, by key
	D21|9 10|account.pam|alice|PAM cannot be started
	E2|9 10|account.pam|alice|pam_open_session fails
	E3|9 10|account.pam|alice|/etc/nologin, no PAM
	E4|9 10|server.chroot|alice|modes of ChrootDirectory
	E5|9 10|limit.sessions|alice|MaxSessions
END

write_accounts()
{
	# The text of SSHD_PASSWORD, as alice has it.
	hash=$(sed -n 's/^alice:\([^:]*\):.*/\1/p' /etc/shadow)
	for account in bob:4243 carol:4244 dave:4245 erin:4246 fred:4247 \
		gina:4248 lois:4249 xena:4250; do
		name=${account%:*}
		shell=/bin/sh
		[ "$name" != dave ] || shell=/nonexistent/sh
		[ "$name" != erin ] || shell=/etc/passwd
		echo "$name:x:${account#*:}:4242::/home/alice:$shell" \
			>>/etc/passwd
		cp /etc/ssh/keys/alice "/etc/ssh/keys/$name"
	done
	sed -i 's/^lois:x:/lois:!:/' /etc/passwd
	for name in bob carol dave erin fred gina; do
		echo "$name:$hash:19000:0:99999:7:::" >>/etc/shadow
	done
	echo 'lois:!:19000:0:99999:7:::' >>/etc/shadow
	echo "xena:$hash:19000:0:99999:7::19001:" >>/etc/shadow
	cp /etc/ssh/keys/alice /etc/ssh/keys/root
	sed -i 's/^/command="date",from="192.0.2.99" /' /etc/ssh/keys/fred
	chmod 0666 /etc/ssh/keys/gina
	ssh-keygen -q -t ed25519 -N '' -f "$W/other"
}

write_pam()
{
	rm -rf /run/faillock
	mkdir -p /run/faillock
	cat >/etc/pam.d/sshd <<-END
		auth [success=2 default=ignore] pam_succeed_if.so user != carol quiet
		auth required pam_faillock.so preauth deny=1
		auth [default=1] pam_faillock.so authfail deny=1
		auth required pam_unix.so nodelay
		auth required pam_permit.so
		account required pam_access.so nodefgroup accessfile=/etc/access.matrix
		account [success=1 default=ignore] pam_succeed_if.so rhost != $(address_of D17d) quiet
		account required pam_deny.so
		account required pam_nologin.so file=/etc/nologin.matrix
		account required pam_unix.so
		session [success=1 default=ignore] pam_succeed_if.so rhost != $(address_of E2) quiet
		session required pam_deny.so
		session required pam_permit.so
	END
	for id in D17a D17b D17c; do
		echo "-:alice:$(address_of $id)"
	done >/etc/access.matrix
}

# The settings of this version's only listener on the way.
write_match()
{
	for id in D2 D3 D4deny D4allow D7 D8 D11 D11kbd D12 D12b D14 E4 \
		E5; do
		case $id in
		D2) setting='DenyUsers mallory alice@127.*' ;;
		D3) setting='AllowUsers bob carol' ;;
		D4deny) setting='DenyGroups daemon alice' ;;
		D4allow) setting='AllowGroups wheel staff' ;;
		D7) setting='RefuseConnection yes' ;;
		D8) setting='AuthenticationMethods password,publickey' ;;
		D11) setting='PermitRootLogin prohibit-password' ;;
		D11kbd) setting='PermitRootLogin without-password' ;;
		D12) setting='PermitRootLogin no' ;;
		D12b) setting='PermitRootLogin forced-commands-only' ;;
		D14) setting='MaxAuthTries 2' ;;
		E4) setting='ChrootDirectory /tmp' ;;
		E5) setting='MaxSessions 0' ;;
		esac
		[ $id != D7 ] || is_version 10 || continue
		echo "Match Address $(address_of $id)"
		echo "	$setting"
		[ $id != D8 ] || echo '	PasswordAuthentication no'
		[ $id != D17c ] || echo '	KbdInteractiveAuthentication yes'
		printf '%s\n' "$setting" >"$MATRIX_DIR/setting.$id"
	done
	# Whatever follows is for all again.
	echo 'Match all'
}

ruled()
{
	rule "$1" "$CONFIG" "$(cat "$MATRIX_DIR/setting.$1")"
}

main_listener()
{
	echo 'DenyUsers bob@127.*' >"$MATRIX_DIR/included.conf"
	SSHD_MORE="$SSHD_MORE
$(write_match)" listener main <<-END
		Include $MATRIX_DIR/included.conf
		UsePAM yes
		KbdInteractiveAuthentication yes
		MaxStartups 200
		PermitRootLogin yes
		$CIPHERS
		MACs hmac-sha2-256
	END
}

protocol_rows()
{
	echo "sshd: $(address_of B5)" >/etc/hosts.deny
	client_says B5 ''
	rule_is B5 /etc/hosts.deny:1 "sshd: $(address_of B5)"
	client C2
	printf 'SSH-2.0-leaves\r\n' | timeout 1 \
		"$builddir/tests/tools/dial" "$addr" "$port" 127.0.0.1 \
		"$MATRIX_SERVER" >/dev/null
	client_says C3 'GET / HTTP/1.0\r\n\r\n'
	client_says C4a "SSH-$(printf '%09000d' 0)\r\n"
	client_says C4b 'SSH-x.y-z\r\n'
	client_says C5 'SSH-1.5-old\r\n'
	client_says C6 'SSH-2.0-SSH_Version_Mapper\r\n'
	client_says C8 "SSH-2.0-x\r\n$(printf '%0100d' 0 | sed 's/0/\\377/g')"
	SSH_OPTIONS='-o KexAlgorithms=diffie-hellman-group1-sha1' \
		client_logs_in C7kex alice
	rule_is C7kex sshd:default KexAlgorithms
	SSH_OPTIONS='-o HostKeyAlgorithms=ecdsa-sha2-nistp256' \
		client_logs_in C7key alice
	rule_is C7key sshd:default HostKeyAlgorithms
	SSH_OPTIONS='-c aes128-ctr' client_logs_in C7ciph alice
	rule C7ciph "$CONFIG" "$CIPHERS"
	SSH_OPTIONS='-c aes256-ctr -m hmac-sha1' client_logs_in C7mac alice
	rule C7mac "$CONFIG" 'MACs hmac-sha2-256'
	for id in B5 C3 C4a C4b C5 C6 C7kex C7key C7ciph C7mac C8; do
		seen $id
	done
}

user_rows()
{
	client_logs_in D1 nobody-here
	client_logs_in D2 alice
	client_logs_in D2inc bob
	rule D2inc "$MATRIX_DIR/included.conf" 'DenyUsers bob@127.*'
	client_logs_in D3 alice
	client_logs_in D4deny alice
	client_logs_in D4allow alice
	client_logs_in D5a dave
	client_logs_in D5b erin
	client_logs_in D8 alice
	client_types D10 alice password wrong
	client_types D11 root password wrong
	client_types D11kbd root keyboard-interactive wrong
	client_types D11yes root password wrong
	client_logs_in D12 root
	client_logs_in D12b root
	client_logs_in D13a fred
	rule_is D13a /etc/ssh/keys/fred:1 'from="192.0.2.99"'
	client_logs_in D13b gina
	rule_is D13b /etc/ssh/keys/gina -
	SSH_KEY=$W/other SSH_OPTIONS="-i $W/host_key" client_logs_in D14 alice
	client_logs_in E4 alice
	client_logs_in E5 alice
	! is_version 10 || client_logs_in D7 alice
	! is_version 10 || ruled D7
	for id in D2 D3 D4deny D4allow D8 D11 D11kbd D12 D12b D14 E4 E5; do
		ruled $id
	done
	for id in D2 D2inc D3 D4deny D4allow D5a D5b D8 D11 D11kbd D12 D12b \
		D13a D13b D14 E4 E5; do
		seen $id
	done
	! is_version 10 || seen D7
}

# The module's own file where it has one, else the line of the service.
pam_rules()
{
	for id in D17a D17b D17c; do
		rule $id /etc/access.matrix "-:alice:$(address_of $id)"
	done
	rule D16 /etc/pam.d/sshd 'auth required pam_faillock.so preauth deny=1'
	rule D17d /etc/pam.d/sshd 'account required pam_deny.so'
	rule D17e /etc/pam.d/sshd \
		'account required pam_nologin.so file=/etc/nologin.matrix'
	rule D17f /etc/pam.d/sshd 'account required pam_unix.so'
}

pam_rows()
{
	client_types D16 carol password wrong
	client_logs_in D17a alice
	client_types D17b alice password "$SSHD_PASSWORD"
	client_types D17c alice keyboard-interactive "$SSHD_PASSWORD"
	client_logs_in D17d alice
	: >/etc/nologin.matrix
	client_logs_in D17e alice
	pam_rules
	seen D17e # the lines are asked only then
	rm /etc/nologin.matrix
	client_logs_in D17f xena
	client_logs_in E2 alice
	mv /etc/pam.d /etc/pam.away
	mkdir /etc/pam.d
	client_logs_in D21 alice
	rmdir /etc/pam.d
	mv /etc/pam.away /etc/pam.d
	for id in D16 D17a D17b D17c D17d D17f D21 E2; do
		seen $id
	done
}

# Without PAM, and with AllowUsers for all.
plain_rows()
{
	listener plain <<-END
		UsePAM no
		AllowUsers lois xena
		AllowUsers erin alice@127.0.*
	END
	client_logs_in D6a lois
	client_logs_in D6b xena
	: >/etc/nologin
	client_logs_in E3 alice
	rule_is E3 /etc/nologin -
	rm /etc/nologin
	listener allow <<-END
		UsePAM yes
		AllowUsers carol
	END
	client_logs_in D3inc alice
	rule D3inc "$CONFIG" 'AllowUsers carol'
	for id in D6a D6b E3 D3inc; do
		seen $id
	done
}

limit_rows()
{
	snippet=$(sed -n '/^LogVerbose/p' "$srcdir/system/50-sshwhy.conf")
	sources=$(sed -n 's/^#\(LogVerbose\)/\1/p' \
		"$srcdir/system/50-sshwhy.conf")
	listener full <<-END
		MaxStartups 1
		$snippet
	END
	slot_holds 127.0.0.2
	client_says A9 ''
	rule A9 "$CONFIG" 'MaxStartups 1'
	let_go
	listener lot <<-END
		MaxStartups 1:99:100
		$snippet
	END
	slot_holds 127.0.0.3
	client_says A10 ''
	rule A10 "$CONFIG" 'MaxStartups 1:99:100'
	let_go
	listener source <<-END
		MaxStartups 100
		PerSourceMaxStartups 1
		$sources
	END
	slot_holds "$(address_of A11)"
	client_says A11 ''
	rule A11 "$CONFIG" 'PerSourceMaxStartups 1'
	let_go
	# Without the line that tells of sources, #1 is below where 100 begins.
	listener less <<-END
		MaxStartups 100
		PerSourceMaxStartups 1
		$snippet
	END
	slot_holds "$(address_of A11b)"
	client_says A11b ''
	rule A11b "$CONFIG" 'PerSourceMaxStartups 1'
	let_go
	for id in A9 A10 A11 A11b; do
		seen $id
	done
	is_version 10 || return 0
	listener penalty <<-END
		PerSourcePenalties noauth:60s min:1s
		$snippet
	END
	client_says A8 'GET / HTTP/1.0\r\n\r\n'
	client_says A8 ''
	rule A8 "$CONFIG" 'PerSourcePenalties noauth:60s min:1s'
	seen A8
}

# sshd's processes that serve $port: "session" or "child".
process_of()
{
	session=$(ps -eo pid=,ppid= | awk -v p="$SSHD_PID" '$2 == p {
		print $1 }' | tail -n 1)
	[ "$1" = child ] || {
		echo "$session"
		return
	}
	ps -eo pid=,ppid= | awk -v p="$session" '$2 == p { print $1; exit }'
}

has_child()
{
	[ -n "$(process_of child)" ]
}

grace_begins()
{
	listener grace <<-END
		LoginGraceTime 1
	END
	client_holds C1
	rule C1 "$CONFIG" 'LoginGraceTime 1'
}

killed_rows()
{
	listener killed </dev/null
	client C11
	printf 'SSH-2.0-x\r\n' | dial >/dev/null 2>&1 &
	wait_until has_child
	kill -SEGV "$(process_of child)"
	wait $!
	seen C11
	is_version 10 || return 0
	client C12
	printf 'SSH-2.0-x\r\n' | dial >/dev/null 2>&1 &
	wait_until has_child
	kill -ABRT "$(process_of session)"
	seen C12
}

broken_rows()
{
	cp "$W/host_key" "$MATRIX_DIR/key"
	cp "$SSHD10/lib/openssh/sshd-session" "$MATRIX_DIR/sshd-session"
	cp "$SSHD10/lib/openssh/sshd-auth" "$MATRIX_DIR/sshd-auth"
	saved_more=$SSHD_MORE
	! is_version 10 || SSHD_MORE="SshdSessionPath $MATRIX_DIR/sshd-session
SshdAuthPath $MATRIX_DIR/sshd-auth"
	listener broken </dev/null
	SSHD_MORE=$saved_more
	mv /run/sshd /run/sshd.away
	client_says B4b 'SSH-2.0-x\r\n'
	seen B4b
	mv /run/sshd.away /run/sshd
	rule_is B4b /run/sshd -
	! is_version 10 || rm "$MATRIX_DIR/rule.B4b"
	if is_version 10; then
		rm "$MATRIX_DIR/sshd-auth"
		client_says B4c 'SSH-2.0-x\r\n'
		rule_is B4c "$MATRIX_DIR/sshd-auth" -
		seen B4c
		rm "$MATRIX_DIR/sshd-session"
		client_says B1 'SSH-2.0-x\r\n'
		rule_is B1 "$MATRIX_DIR/sshd-session" -
		seen B1
	else
		sed -i.away '/^sshd:/d' /etc/passwd
		client_says B3 'SSH-2.0-x\r\n'
		seen B3
		mv /etc/passwd.away /etc/passwd
		MATRIX_KEY=$MATRIX_DIR/key listener keys </dev/null
		chmod 0644 "$MATRIX_DIR/key"
		client_says B4a 'SSH-2.0-x\r\n'
		rule B4a "$CONFIG" "HostKey $MATRIX_DIR/key"
		seen B4a
	fi
}

starved_rows()
{
	listener starved </dev/null
	mkdir -p "$CGROUP" || return 1
	echo "$SSHD_PID" >"$CGROUP/cgroup.procs"
	echo 1 >"$CGROUP/pids.max"
	client_says A12 'SSH-2.0-x\r\n'
	no_address A12
	seen A12
	echo 2 >"$CGROUP/pids.max"
	client_says B9 'SSH-2.0-x\r\n'
	seen B9
	echo max >"$CGROUP/pids.max"
	listener poor </dev/null
	used=$(find "/proc/$SSHD_PID/fd" -mindepth 1 | sed 's|.*/||' |
		sort -n | tail -n 1)
	prlimit --pid "$SSHD_PID" --nofile=$((used + 2)):$((used + 2))
	client_says A7 'SSH-2.0-x\r\n'
	no_address A7
	seen A7
}

run_version()
{
	rm -f "$RECORDS"
	recorder_start || bail "no sshwhyd: $(cat "$W/sshwhyd.err")"
	grace_begins
	main_listener
	protocol_rows
	user_rows
	pam_rows
	plain_rows
	limit_rows
	killed_rows
	broken_rows
	starved_rows
	seen C1
	listeners_stop
	recorder_stop
	matrix_evaluate
	roots
}

# What stands behind a cause.
roots()
{
	like "$(records_of D17a)" 'PAM code 6 ' "$MATRIX_TITLE: PAM's code by key"
	like "$(records_of D17b)" 'PAM code 6 ' \
		"$MATRIX_TITLE: PAM's code by password"
	like "$(records_of D17c)" 'PAM code 6 ' \
		"$MATRIX_TITLE: PAM's code by keyboard-interactive"
	like "$(records_of D17d)" 'PAM code 7 ' "$MATRIX_TITLE: pam_deny's code"
	like "$(records_of D17f)" 'PAM code 13 ' "$MATRIX_TITLE: expired"
	like "$(records_of D11)" 'hook inferred root tried a password' \
		"$MATRIX_TITLE: a password of root's is not called recorded"
	like "$(records_of C7ciph)" 'Their offer: aes128-ctr' \
		"$MATRIX_TITLE: the client's offer"
	unlike "$(cat "$RECORDS")" "newer than the daemon" \
		"$MATRIX_TITLE: no setting is called stale"
	is_version 10 || return 0
	like "$(records_of A8)" \
		'earned by: connections without .*record [0-9]+ protocol.banner' \
		"$MATRIX_TITLE: the offence that earned a penalty"
}

# Without the hook, by the log alone.
run_by_log()
{
	rm -f "$RECORDS"
	chgrp adm "$SSHD_LOG"
	chmod 0640 "$SSHD_LOG"
	recorder_start --log-file "$SSHD_LOG" ||
		bail "no sshwhyd: $(cat "$W/sshwhyd.err")"
	# At INFO no line names the server's end.
	MATRIX_LEVEL=VERBOSE
	main_listener
	client_says C3 'GET / HTTP/1.0\r\n\r\n'
	client_says C5 'SSH-1.5-old\r\n'
	SSH_OPTIONS='-c aes128-ctr' client_logs_in C7ciph alice
	rule C7ciph "$CONFIG" "$CIPHERS"
	client_logs_in D2 alice
	client_types D11 root password wrong
	client_types D11yes root password wrong
	client_logs_in D12 root
	SSH_KEY=$W/other SSH_OPTIONS="-i $W/host_key" client_logs_in D14 alice
	client_logs_in D17a alice
	pam_rules
	for id in D2 D11 D12 D14; do
		ruled $id
	done
	for id in C3 C5 C7ciph D2 D11 D12 D14 D17a; do
		seen $id
	done
	limit_rows
	listeners_stop
	recorder_stop
	matrix_evaluate
	is "$(jq -r '"\(.via) \(.evidence)"' "$RECORDS" | sort -u)" \
		'log inferred' "a file's lines are inferred from"
}

SSHD_PRELOAD=$SSHD_HOOK
mkdir -p /etc/security
printf 'refuse-delay = 0\nsinks = file\nfold = 0\n' \
	>/etc/security/sshwhy.conf
write_accounts

matrix_version 9 9 'sshd 9.2'
write_pam
run_version

SSHD_PRELOAD=
matrix_version log 109 'sshd 9.2, log only'
write_pam
run_by_log

[ -x "$SSHD10/sbin/sshd" ] || bail "no OpenSSH 10 in build-sshd10 (./dev deps)"
SSHD_PRELOAD=$SSHD_HOOK
SSHD=$SSHD10/sbin/sshd
SSHD_MORE="SshdSessionPath $SSHD10/lib/openssh/sshd-session
SshdAuthPath $SSHD10/lib/openssh/sshd-auth"
MATRIX_LEVEL=INFO
matrix_version 10 10 'sshd 10'
write_pam
run_version

matrix_table
sed 's/^/# /' <<-'END'
	not provoked, and why:
	A1, A2  no sshd listens: the kernel answers, no process sees the client
	A3      a listener that is stopped is backlog.sh's
	A4      a firewall's rules are another test's
	A5, A6  the client stays in the queue, or sshd says nothing
	B2, B8  sshd -t refuses such a file at the start; Linux has no rdomain
	B3      OpenSSH 10 says nothing of it
	B6      needs a client that sends IP options; the message's row is tested
	B7, C2  the client's own doing
	C9, D15 need a client that breaks the protocol; their messages are tested
	C10     needs a key that vanishes between two packets
	C12     sshd 9.2 says nothing of a session that is killed
	D9, D18, D20, E6, E7 are no rejections by a rule
	D19     an ordinary failure
	E1      needs a module whose setcred alone fails
	E8      needs a kernel that refuses audit messages
	limit.socket-unit needs systemd as the first process: socket.sh boots one
	server.config on SIGHUP: tap_journal.sh, standard error is a journal's
END
done_testing
