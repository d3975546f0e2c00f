#!/bin/sh
# What sshwhy says of a client now is what a real sshd then does with it: the
# limits, rules and accounts of sshd_config, and what sshd itself lacks.
set -u

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/sshd.sh
. "$srcdir/tests/lib/sshd.sh"

# The same once more for OpenSSH 10: see explain_layers10.sh.
root10=$srcdir/build-sshd10/root
libs10=$root10/usr/lib/openssh
case ${SSHD_VERSION:-9} in
10) SSHD=$root10/usr/sbin/sshd ;;
esac
sshd_world "$0" "$@"

client=127.0.4.1

start()
{
	case ${SSHD_VERSION:-9} in
	10) set -- "SshdSessionPath $libs10/sshd-session" \
		"SshdAuthPath $libs10/sshd-auth" "$@" ;;
	esac
	sshd_start "$@" || bail "sshd does not start"
}

# ask [ARGUMENT...]: the answer in $first and $json.
ask()
{
	first=$("$builddir/sshwhy" "$client" "$@" 2>&1)
	status=$?
	first=$(echo "$first" | head -n 1)
	json=$("$builddir/sshwhy" "$client" --json "$@")
}

# layer NAME: "OUTCOME SOURCE:LINE" of a layer.
layer()
{
	echo "$json" | jq -r --arg layer "$1" '.now[] | select(.layer == $layer) |
		"\(.outcome) \(.rule.source // "-"):\(.rule.line // 0)"'
}

detail()
{
	echo "$json" | jq -r --arg layer "$1" \
		'.now[] | select(.layer == $layer) | .detail // ""'
}

line_of()
{
	grep -n "$1" "$W/sshd_config" | head -n 1 | cut -d: -f1
}

ask
is "$status $(layer socket)" '1 reject -:0' 'nothing listens: that refuses'
like "$first" 'REJECTED by the host .sshd is not listening' 'and is said'

start
ask --user alice
is "$(layer socket) $(layer startups) $(layer protocol)" \
	'pass -:0 pass -:0 pass -:0' 'a plain sshd lets pass'
is "$(layer config) $(layer session)" 'pass -:0 pass -:0' 'and so does its file'
like "$(detail startups)" '^0 of 200:30:200' 'the slots are counted'
is "$(ssh_from $client echo in)" in 'it does'
ask --port 2299
is "$status $(layer socket)" '1 reject -:0' 'nothing listens on another port'
sshd_stop

start 'ListenAddress 127.0.0.1'
client=127.0.4.1
ask
is "$(layer socket)" 'pass -:0' 'a socket of loopback serves loopback'
client=203.0.113.5
ask
is "$(layer socket)" "reject $W/sshd_config:$(line_of ListenAddress)" \
	'and nobody else, by the line of ListenAddress'
client=127.0.4.1
sshd_stop

start
kill -STOP "$SSHD_PID"
ask
is "$(layer socket)" 'reject -:0' 'a listener that is stopped takes nobody'
like "$first" 'sshd \(listen queue\)' 'which is its queue'
kill -CONT "$SSHD_PID"
ask
is "$(layer socket)" 'pass -:0' 'until it goes on'
sshd_stop

# hold ADDRESS COUNT: connections that say nothing, until let_go.
hold()
{
	for port in $(seq 6000 $((5999 + $2))); do
		"$builddir/tests/tools/dial" "$1" "$port" 127.0.0.1 \
			"$SSHD_PORT" </dev/null >>"$W/held" 2>&1 &
		holders="$holders $!"
		wait_for "$SSHD_LOG" "Connection from $1 port $port " ||
			bail 'a connection is not taken'
	done
}
holders=

let_go()
{
	# Words are meant to be split.
	# shellcheck disable=SC2086
	kill $holders 2>/dev/null
	# shellcheck disable=SC2086
	wait $holders 2>/dev/null
	holders=
}

start 'MaxStartups 2:50:4'
hold 127.0.4.9 2
ask
is "$(layer startups)" "depends $W/sshd_config:$(line_of MaxStartups)" \
	'between begin and full it is chance'
like "$(detail startups)" '2 of 2:50:4, dropped with a chance of 50 %' \
	'which is told in percent'
let_go
sshd_stop
start 'MaxStartups 2:30:2'
hold 127.0.4.9 2
ask
is "$status $(layer startups)" "1 reject $W/sshd_config:$(line_of MaxStartups)" \
	'full is full'
unlike "$(ssh_from $client echo in)" '^in' 'for sshd too'
let_go
sshd_stop
start 'PerSourceMaxStartups 2' 'PerSourceNetBlockSize 24:64'
hold 127.0.4.9 2
ask
is "$status $(layer startups)" \
	"1 reject $W/sshd_config:$(line_of PerSourceMaxStartups)" \
	'a source that holds its share gets no more'
like "$(detail startups)" '2 of 2 of its source' 'by the prefix that sshd uses'
client=127.0.5.1
ask
like "$(detail startups)" '0 of 2 of its source' 'another source holds nothing'
client=127.0.4.1
let_go
sshd_stop

for rules in 'DenyUsers bob alice' 'AllowUsers bob' 'DenyGroups alice' \
	'AllowGroups root'; do
	start 'Banner none' "$rules"
	ask --user alice
	is "$status $(layer config)" "1 reject $W/sshd_config:$(line_of "$rules")" \
		"$rules: refused by that line"
	like "$first" "\"$rules\"" 'which stands on the first line'
	unlike "$(ssh_from $client echo in)" '^in' 'and sshd refuses'
	ask
	is "$(layer config)" "depends $W/sshd_config:$(line_of "$rules")" \
		'without a user it depends'
	sshd_stop
done

start 'AllowUsers alice@127.0.4.0/24' 'DenyUsers bob'
ask --user alice
is "$(layer config)" 'pass -:0' 'a pattern with a range names the user there'
is "$(ssh_from $client echo in)" in 'and sshd agrees'
client=127.0.5.1
ask --user alice
is "$(layer config)" "reject $W/sshd_config:$(line_of AllowUsers)" \
	'from elsewhere it does not'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd agrees again'
client=127.0.4.1
sshd_stop

start 'PermitRootLogin no'
ask --user root
is "$(layer config)" "reject $W/sshd_config:$(line_of PermitRootLogin)" \
	'root by PermitRootLogin'
sshd_stop

printf 'Match User alice\n\tAuthenticationMethods password\n' >/etc/ssh/extra
start 'Include /etc/ssh/extra' 'PasswordAuthentication no'
ask --user alice
is "$(layer config)" 'reject /etc/ssh/extra:2' \
	'no method that is asked for is on'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd refuses'
ask
like "$(detail config)" 'on the user, by Match' 'without a user it depends'
sshd_stop

start 'ChrootDirectory /home/alice'
ask --user alice
is "$(layer session)" "reject $W/sshd_config:$(line_of ChrootDirectory)" \
	'a chroot that is not root'"'"'s'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd refuses it'
sshd_stop

start 'PasswordAuthentication no'
chmod 666 /etc/ssh/keys/alice
ask --user alice
is "$status $(echo "$json" | jq -r '.now[8].outcome')" '1 reject' \
	'a key file that others may write, and no password'
like "$(detail config)" 'owner or mode of /etc/ssh/keys/alice' 'is named'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd does not read it'
chmod 644 /etc/ssh/keys/alice
ask --user alice
is "$(layer config)" 'pass -:0' 'mended it passes'
sed -i 's,^alice:\(.*\):/bin/sh$,alice:\1:/bin/gone,' /etc/passwd
ask --user alice
is "$(layer config)" 'reject /etc/passwd:0' 'a shell that does not exist'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd refuses'
sed -i 's,:/bin/gone$,:/bin/sh,' /etc/passwd
echo 'DenyUsers alice' >>"$W/sshd_config"
ask --user alice
like "$(detail config)" 'has not read its changed files yet' \
	'a line that sshd has not read is told to be one'
is "$(ssh_from $client echo in)" in 'since it does not act on it'
sshd_stop

start
mv /run/sshd /run/sshd.away
ask
is "$(layer protocol)" 'reject -:0' 'without /run/sshd nobody gets in'
like "$first" 'sshd \(privilege separation\)' 'which is said'
unlike "$(ssh_from $client echo in)" '^in' 'and sshd agrees'
mv /run/sshd.away /run/sshd
if [ "${SSHD_VERSION:-9}" = 9 ]; then
	mv "$W/host_key" "$W/away"
	ask
	is "$(layer protocol | cut -d: -f1)" 'reject -' \
		'without host keys nobody gets in'
	unlike "$(ssh_from $client echo in)" '^in' 'and sshd agrees'
	mv "$W/away" "$W/host_key"
fi
sshd_stop

done_testing
