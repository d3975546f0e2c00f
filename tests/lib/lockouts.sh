# lockouts.sh - clients that are locked out, told why, and let in by what is
# advised. Sourced, POSIX shell; behind tap.sh, sshd.sh, recorder.sh,
# fail2ban.sh, audit.sh and follow.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154
#
#	lockouts_begin
#	serve 'MaxStartups 2:30:2'	a listener with these lines
#	lockout ID CAUSE PATH FIRST TITLE
#
# lockout runs lock_ID with a new address in $client; then the client must not
# get in, CAUSE must be recorded for it ("-": no record is waited for), the
# first line of "sshwhy CLIENT" must match "CLIENT  FIRST", and the layers must
# be PATH. Then everything that is advised is done, and the client must get in.
# mend_ID, where there is such a function, does it instead, and unlock_ID takes
# away what stays.
#
# LOCKOUTS, if it is set, names the only ones that are run.
#
# FIRST is an extended pattern in which @ is $rule, which lock_ID has set.
# PATH: "wrapper" is a reject there, behind layers that pass; "wrapper=pass
# config=depends" are outcomes of layers, others are not looked at.

LOCKOUT_ROW=20
LOCKOUT_SERVED=
client=
user=alice
rule=
clients_way= # words for ssh

lockouts_begin()
{
	for work in "$builddir/sshwhy" "$builddir/sshwhyd"; do
		[ -x "$work" ] || bail "$work is not built"
	done
	PATH=$builddir:$PATH
	sshd_overlay /var/lib || bail 'no private /var/lib'
	rm -rf /var/lib/sshwhy
	mkdir -p /run/sshwhy /var/log/sshwhy
	configure
	wire_up || bail 'no wire to the clients'
	fail2ban_furnish_log
	begin_audit || skip_all "$AUDIT_WHY"
	recorder_start || bail "no recorder: $(cat "$W/sshwhyd.err")"
	SSHD_PRELOAD=$SSHD_HOOK
	serve
	wait_until traces_port || bail 'the firewall is not watched'
}

# Where sshwhy looks for it: a folder of our own, unless an auditd is at work.
begin_audit()
{
	if audit_lock && [ "$(audit_status pid)" = 0 ]; then
		mkdir -p /var/log/audit &&
			mount -t tmpfs -o mode=0750 tmpfs /var/log/audit ||
			return
	fi
	audit_begin /var/log/audit
}

lockouts_end()
{
	let_go
	recorder_stop
	fail2ban_end
	audit_end
}

traces_port()
{
	nft list set inet sshwhy ports 2>/dev/null |
		grep -q "elements.* $SSHD_PORT "
}

# configure [LINE...]: of sshwhy.conf, for hook, recorder and command.
configure()
{
	mkdir -p /etc/security
	printf '%s\n' 'firewall = yes' 'refuse-delay = 0' "$@" \
		>/etc/security/sshwhy.conf
}

# What is installed into sshd_config.d; its other line with a limit per source.
serve_snippet()
{
	case $1 in
	*PerSourceMaxStartups*) serve_mark='^#LogVerbose' ;;
	*) serve_mark='^LogVerbose' ;;
	esac
	sed -n "/$serve_mark/s/^#//p" "$srcdir/system/50-sshwhy.conf"
}

# serve [LINE...]: unless it is what runs already, unchanged.
serve()
{
	[ "$LOCKOUT_SERVED" != "$*" ] ||
		! cmp -s "$W/sshd_config" "$W/served" || return 0
	sshd_stop
	LOCKOUT_SERVED=$*
	sshd_start "$@" "$(serve_snippet "$*")" ||
		bail "no sshd: $(cat "$W/sshd.out")"
	cp "$W/sshd_config" "$W/served"
}

# config_line TEXT: sshd_config's first line that is TEXT, as $rule.
config_line()
{
	rule=$W/sshd_config:$(grep -nx -m1 -e "[[:space:]]*$1" \
		"$W/sshd_config" | cut -d: -f1)
}

# A client of this row's own.
next_client()
{
	LOCKOUT_ROW=$((LOCKOUT_ROW + 1))
	case $1 in
	*6) client=2001:db8:2::$LOCKOUT_ROW ;;
	*) client=203.0.113.$LOCKOUT_ROW ;;
	esac
	user=alice rule='' clients_way=''
	wire_address "$client"
}

# enters: "in" by key, or what ssh says.
enters()
{
	# Words are meant to be split.
	# shellcheck disable=SC2086
	on_wire timeout "$SW_PATIENCE" ssh -F /dev/null -b "$client" \
		-p "$SSHD_PORT" $clients_way -i "$W/id" -o IdentitiesOnly=yes \
		-o BatchMode=yes -o UserKnownHostsFile=/dev/null \
		-o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o StrictHostKeyChecking=no \
		-o ConnectTimeout="${clients_patience:-60}" \
		"$user@$(sshd_server_for "$client")" echo in </dev/null 2>&1
}

# beyond COMMAND...: in the background where the clients are, until let_go.
beyond()
{
	nsenter -n -t "$WIRE_PID" -- "$@" </dev/null >/dev/null 2>&1 9>&- &
	holders="$holders $!"
}

# hold_slots ADDR COUNT: connections that say nothing, until let_go.
holders=
hold_slots()
{
	wire_address "$1" 2>/dev/null
	for hold_port in $(seq 6000 $((5999 + $2))); do
		beyond "$builddir/tests/tools/dial" "$1" "$hold_port" \
			"$(sshd_server_for "$1")" "$SSHD_PORT"
		wait_for "$SSHD_LOG" "Connection from $1 port $hold_port " ||
			diag "no slot for $1"
	done
}

let_go()
{
	for holder in $holders; do
		kill "$holder" 2>/dev/null
		wait "$holder" 2>/dev/null
	done
	holders=
}

# has_record CAUSE: of the client
has_record()
{
	audit_flush
	grep -q "op=ssh-reject reason=$1 .* addr=$client " "$AUDIT_LOG"
}

# path_of JSON: LAYER=OUTCOME of all layers
path_of()
{
	echo "$1" | jq -r '.now[] | "\(.layer)=\(.outcome)"'
}

# path_wanted PATH
path_wanted()
{
	case $1 in
	*=*) printf '%s\n' "$1" | tr ' ' '\n' ;;
	*) path_of "$json" | awk -F = -v at="$1" '
		$1 == at { print at "=reject"; behind = 1; next }
		{ print $1 (behind ? "=not-reached" : "=pass") }' ;;
	esac
}

# path_is PATH: nothing that is wanted is missing.
path_is()
{
	path_of "$json" >"$W/path"
	is "$(path_wanted "$1" | grep -Fvx -f "$W/path" | paste -sd ' ')" '' \
		"$title: the layers are right"
}

# Where advice has to be read by eye.
obey_line()
{
	case $1 in
	'first '*) obey_line "${1#first }" ;;
	'removing the line is not enough: '* | 'for all others: '*) ;;
	'end '*' with a newline:   '*)
		obey_file=${1#end }
		echo >>"${obey_file%%:*}"
		;;
	*) follow_line "$1" ;;
	esac
}

# mend: as mend_ID does it, where the advice leaves a choice.
mend()
{
	echo "$json" | jq -r '.advice[]' >"$W/advice"
	if command -v "mend_$1" >/dev/null; then
		"mend_$1"
	else
		obey
	fi
}

# obey: do all that is advised, and wait for sshd where it is reloaded.
obey()
{
	listened=$(grep -c 'Server listening on' "$SSHD_LOG")
	while read -r obey_advice; do
		obey_line "$obey_advice" >>"$W/obeyed" 2>&1 ||
			diag "failed: $obey_advice"
	done <"$W/advice"
	! grep -q '^then: kill -HUP' "$W/advice" ||
		wait_until listens_again ||
		diag "sshd does not listen again"
}

listens_again()
{
	[ "$(grep -c 'Server listening on' "$SSHD_LOG")" -gt "$listened" ]
}

# is_told FIRST: as the first line of the answer
is_told()
{
	told_first=$(printf '%s' "$1" | sed "s|@|$rule|g")
	out=$(sshwhy "$client" ${lockout_user:+--user "$lockout_user"} 2>&1)
	json=$(sshwhy "$client" --json ${lockout_user:+--user "$lockout_user"} \
		2>&1)
	like "$(echo "$out" | head -n 1)" "^$client  $told_first" \
		"$title: the first line names it"
}

is_wanted()
{
	case " ${LOCKOUTS:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

# lockout ID CAUSE PATH FIRST TITLE
lockout()
{
	is_wanted "$1" || return 0
	title=$5
	lockout_user=
	lockout_failed=$tap_failed
	next_client "$1"
	"lock_$1"
	entered=$(enters)
	unlike "$entered" '^in$' "$title: the client is locked out"
	if [ "$2" != - ]; then
		holds "$title: which is recorded" wait_until has_record "$2"
	fi
	is_told "$4"
	path_is "$3"
	mend "$1"
	is "$(enters)" in "$title: what is advised lets it in"
	[ "$tap_failed" = "$lockout_failed" ] ||
		diag "the client saw: $entered" "$out" "$json" \
			"$(cat "$W/advice")" "$(sshwhy "$client")"
	! command -v "unlock_$1" >/dev/null || "unlock_$1"
	rm -f /etc/hosts.allow /etc/hosts.deny
	touch /etc/hosts.allow /etc/hosts.deny
}
