#!/bin/sh
# What sshwhy says of PAM now is what a real sshd then does with the user.
# shellcheck source=tests/lib/tap.sh

srcdir=${srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/sshd.sh"

sshd_world "$0" "$@"
client=127.0.7.1

# ask [ARGUMENT...]: fills in pam, "OUTCOME SOURCE:LINE", and detail.
ask()
{
	json=$("${builddir:?}/sshwhy" test "$client" --json "$@")
	pam=$(echo "$json" | jq -r '.now[] | select(.layer == "pam") |
		"\(.outcome) \(.rule.source // "-"):\(.rule.line // 0)"')
	detail=$(echo "$json" |
		jq -r '.now[] | select(.layer == "pam") | .detail // ""')
}

logs_in()
{
	is "$(ssh_from $client echo in | tail -n 1)" in "$1"
}

is_refused()
{
	unlike "$(ssh_from $client echo in)" '^in$' "$1"
}

cat >/etc/pam.d/sshd <<-END
	auth required pam_faillock.so preauth deny=2 unlock_time=900
	auth required pam_unix.so
	account required pam_nologin.so file=/etc/closed
	account required pam_access.so
	account required pam_unix.so
	session required pam_permit.so
END
echo "-:alice:127.0.8.0/24" >/etc/security/access.conf
sshd_start || bail "sshd does not start"

ask -C user=alice
is "$pam" "pass -:0" "an account that is in order passes" || diag "$json"
logs_in "and logs in"

ask
is "${pam%% *} $detail" "depends on the user; name one with --user" \
	"without a user it depends"

: >/etc/closed
ask -C user=alice
is "$pam" "reject /etc/pam.d/sshd:3" "a line of the service refuses"
like "$detail" '/etc/closed exists' "and why"
is_refused "as sshd does"
rm /etc/closed

client=127.0.8.1
ask -C user=alice
is "$pam" "reject /etc/security/access.conf:1" "a line of access.conf refuses"
like "$detail" 'by /etc/pam.d/sshd:4' "and which line of the service reads it"
is_refused "as sshd does"
first=$("$builddir/sshwhy" "$client" --user alice | head -n 1)
like "$first" 'REJECTED by .*/etc/security/access.conf:1' \
	"the first line names it"
client=127.0.7.1

mkdir -p /run/faillock
echo 'auth [default=die] pam_faillock.so authfail deny=2 unlock_time=900' \
	>/etc/pam.d/failing
for _ in 1 2; do
	"$builddir/tests/tools/pam_auth" failing alice "$client" >"$W/code"
done
ask -C user=alice
is "$pam" "depends /etc/pam.d/sshd:1" \
	"a locked account: a key would still pass"
like "$detail" 'locked after 2 failed logins until' "until when"
logs_in "and the key logs in"
mv /etc/ssh/keys/alice /etc/ssh/keys/nobody
ask -C user=alice
is "$pam" "reject /etc/pam.d/sshd:1" "without a key it is refused"
like "$json" 'account.locked|pam_faillock' "by pam_faillock"
sshd_stop

sshd_start 'UsePAM no' || bail "sshd does not start"
: >/etc/closed
ask -C user=alice
is "$pam $detail" "pass -:0 UsePAM is off" "without UsePAM no line is run"
done_testing
