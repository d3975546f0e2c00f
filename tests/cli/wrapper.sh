#!/bin/sh
# wrapper.sh - what "sshwhy wrapper" prints, and its exit status.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

sshwhy=${builddir:-$top/build}/sshwhy
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# tables ALLOW DENY - with printf's escapes
tables()
{
	# shellcheck disable=SC2059 # it is a format
	printf "$1" >allow
	# shellcheck disable=SC2059 # it is a format
	printf "$2" >deny
}

# ask [OPTION...] ADDRESS - leaves output in $got, exit status in $status
ask()
{
	status=0
	got=$("$sshwhy" wrapper --allow allow --deny deny "$@" 2>&1) ||
		status=$?
}

# key JQ-EXPRESSION
key()
{
	printf '%s\n' "$got" | jq -r "$1"
}

tables '' '# c\nsshd: 10.0.0.1 \\\n 192.0.2.0/24 EXCEPT 192.0.2.5\n'
ask --json 192.0.2.1
is "$status" 1 'a refused client is exit status 1'
is "$(key .verdict)" deny 'the verdict is deny'
is "$(key .file)" deny 'the file is the path as it was given'
is "$(key '"\(.first_line)-\(.last_line)"')" 2-3 'both lines are named'
is "$(key .text)" 'sshd: 10.0.0.1  192.0.2.0/24 EXCEPT 192.0.2.5' \
	'the text is the joined line'
is "$(key .token)" 192.0.2.0/24 'the token is the pattern that matched'
is "$(key .except)" 192.0.2.5 'the list behind EXCEPT is shown'
is "$(key '.options, .agree' | tr '\n' ' ')" 'false true ' \
	'no options, and libwrap agrees'
is "$(key '.libwrap | del(.token) | tojson')" \
	"$(key '{verdict,file,first_line,last_line,text,options} | tojson')" \
	'libwrap says the same under the same keys'
is "$(key 'keys_unsorted | join(" ")')" \
	"verdict file first_line last_line text token options libwrap agree\
 except list list_line cause needs_name unsure" 'the keys are these'

ask --json 192.0.2.5
is "$status" 0 'a client that is let in is exit status 0'
is "$(key '[.file, .first_line, .last_line, .text, .token, .libwrap.file]
	| all(. == null)')" true 'the keys of a rule are null where none decided'
is "$(key .verdict)" grant 'the verdict is grant'

tables '' 'sshd: 192.0.2.7'
ask --json 203.0.113.9
is "$(key '"\(.verdict) \(.first_line)-\(.last_line) \(.token) \(.cause)"')" \
	'deny 1-1 null wrapper.broken-rule' \
	'a line without newline is named by its own number'

tables 'sshd: ALL: aclexec /usr/bin/test -e /nonexistent\n' 'ALL: ALL\n'
ask --json 192.0.2.1
is "$status $(key .unsure)" '2 true' 'a command that is not run leaves doubt'
tables 'sshd: ALL: aclexec /bin/false\n' 'ALL: ALL\n'
ask --json 192.0.2.1
is "$status $(key .unsure)" '1 false' 'a command that is known leaves none'

tables '' 'sshd: host.example\n'
ask --json 192.0.2.1
is "$status $(key .needs_name)" '0 true' 'without a name it is unknown'
ask --name HOST.example 192.0.2.1
is "$status" 1 'with --name it matches'

tables '' '2222: ALL\nsshd@192.0.2.99: ALL\nin.x: ALL\nsshd: me@ALL\n'
ask 192.0.2.1
is "$status" 0 'port 22, no server address, sshd and no user by default'
ask --port 2222 192.0.2.1
is "$status" 1 'a rule for a port matches with --port'
ask --server 192.0.2.99 192.0.2.1
is "$status" 1 'a rule for a server matches with --server'
ask --daemon in.x 192.0.2.1
is "$status" 1 'a rule for a daemon matches with --daemon'
ask --user me 192.0.2.1
is "$status" 1 'a rule for a user matches with --user'

printf '# none\n192.0.2.1 192.0.2.2\n' >list
tables '' "sshd: $dir/list\n"
ask --json 192.0.2.2
is "$(key '"\(.token) \(.list) \(.list_line)"')" "192.0.2.2 $dir/list 2" \
	'the entry of a /file is shown with its line'

printf '%s\n' "$dir/list" >list
ask --json 192.0.2.2
is "$status $(key '"\(.verdict) \(.agree)"')" '1 deny true' \
	'a list that names itself kills libwrap and so refuses'

tables '' 'sshd: ALL: x\033[2J\377\n'
ask 192.0.2.1
is "$(printf %s "$got" | LC_ALL=C tr -d '\n\40-\176' | wc -c)" 0 \
	'nothing in a rule reaches the terminal as it is'

mkfifo pipe
ask --allow pipe 192.0.2.1
is "$status" 2 'a FIFO that libwrap waits for is given up on'

for words in '--port 0 192.0.2.1' '--nothing 192.0.2.1' '192.0.2.1 192.0.2.2' \
	'--deny' 'host.example' '--server x 192.0.2.1' '' 'fe80::1%nosuchif'; do
	# shellcheck disable=SC2086 # a list of words
	ask $words
	is "$status $(printf '%s\n' "$got" | wc -l)" '3 1' \
		"usage: one line and exit status 3 for: $words"
done
done_testing
