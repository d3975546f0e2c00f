#!/bin/sh
# fail2ban_silent.sh - what sshwhy writes and has sshd write counts nowhere.
#
# A client that is refused by one rule must not be banned for the line that says
# so. fail2ban's own filter reads our lines, and the drops that the snippet for
# LogVerbose brings out.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 99
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

command -v fail2ban-regex >/dev/null || skip_all "fail2ban is not installed"
filter=/etc/fail2ban/filter.d/sshd.conf
[ -r "$filter" ] || skip_all "fail2ban has no filter for sshd"
tool=${builddir:-$top/build}/tests/tools/syslogline
[ -x "$tool" ] || bail "$tool is not built"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$tool" | sed 's/^/Nov 22 07:37:03 web1 sshwhy[41]: /' >"$dir/ours"
# Were it to arrive under sshd's name.
"$tool" | sed 's/^/Nov 22 07:37:03 web1 sshd[41]: /' >"$dir/as_sshd"

drop='drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22'
while IFS= read -r line; do
	printf 'Nov 22 07:37:03 web1 sshd[41]: %s\n' "$line"
done >"$dir/forced" <<END
sshd.c:drop_connection():887 (pid=41): $drop past MaxStartups
debug3: sshd.c:drop_connection():630 (bin=sshd, pid=41): $drop Maxstartups
debug3: sshd.c:drop_connection():612 (bin=sshd, pid=41): $drop penalty: failed authentication
error: sshd.c:drop_connection():880 (pid=41): beginning MaxStartups throttling
debug1: sshd.c:should_drop_connection():853 (pid=41): p 50, r 21
debug3: srclimit.c:srclimit_check_allow():115 (pid=41): srclimit_check_allow: new unauthenticated connection from 203.0.113.5/32, at 3 of 3
END
# That the filter sees anything at all in files of this form.
echo 'Nov 22 07:37:03 web1 sshd[41]: Invalid user x from 203.0.113.5 port 5' \
	>"$dir/seen"

# matched FILE MODE - how many lines the filter counts
matched()
{
	fail2ban-regex "$dir/$1" "${filter}[mode=$2]" |
		sed -n 's/^Lines: .* \([0-9]*\) matched.*/\1/p'
}

for mode in normal aggressive; do
	is "$(matched seen $mode)" 1 "$mode: a line of sshd's counts"
	is "$(matched ours $mode)" 0 "$mode: no line of sshwhy's counts"
	is "$(matched as_sshd $mode)" 0 "$mode: nor under sshd's name"
	is "$(matched forced $mode)" 0 "$mode: no drop that was forced out"
done
done_testing
