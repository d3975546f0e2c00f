# matrix.sh - rejections of two sshd, each looked up in the records and shown
# as a cell of a table. Sourced after sshd.sh and recorder.sh, POSIX shell.
# shellcheck shell=sh
#
#	matrix_row ID VERSIONS CAUSES USER TITLE
#	matrix_version 9 9 "sshd 9.2"
#	listener main <<-END ... END
#	client ID			a new address and port: $addr, $port
#	client_says ID TEXT
#	client_logs_in ID USER
#	rule ID FILE TEXT		the line that has to be named
#	seen ID				until its record stands in the file
#	...
#	matrix_evaluate
#	matrix_table
#
# CAUSES are all causes of the records that the row's client has, in their
# order; the last one's rule, user and ports are looked at. "-" is none.

MATRIX_DIR=
MATRIX_VERSION=
MATRIX_NET=
MATRIX_TITLE=
MATRIX_PIDS=
MATRIX_PORT=30000
MATRIX_SERVER=
MATRIX_LISTENERS=0
addr=
port=
holders=

matrix_row()
{
	printf '%s|%s|%s|%s|%s\n' "$@" >>"${W:?}/rows"
}

# matrix_version V N TITLE: what follows is about V; its clients are 127.0.N.x
# and its listeners have ports of their own.
matrix_version()
{
	MATRIX_VERSION=$1
	MATRIX_NET=$2
	MATRIX_TITLE=$3
	MATRIX_DIR=$W/matrix.$1
	mkdir -p "$MATRIX_DIR"
}

is_version()
{
	[ "$MATRIX_VERSION" = "$1" ]
}

# listener NAME: an sshd whose first lines are on standard input. Clients are
# its own from now on.
listener()
{
	MATRIX_LISTENERS=$((MATRIX_LISTENERS + 1))
	MATRIX_SERVER=$((3000 + MATRIX_LISTENERS))
	CONFIG=$MATRIX_DIR/$1.conf
	{
		cat
		cat <<-END
			Port $MATRIX_SERVER
			HostKey ${MATRIX_KEY:-$W/host_key}
			AuthorizedKeysFile /etc/ssh/keys/%u
			PidFile none
			PrintMotd no
			PrintLastLog no
			LogLevel ${MATRIX_LEVEL:-INFO}
			SyslogFacility AUTHPRIV
			${SSHD_MORE:-}
		END
	} >"$CONFIG"
	sshd_command "$SSHD" -D -f "$CONFIG" 9>&- >"$MATRIX_DIR/$1.out" 2>&1 &
	SSHD_PID=$!
	MATRIX_PIDS="$MATRIX_PIDS $!"
	wait_for "$SSHD_LOG" "\[$!\]: Server listening on .* port $MATRIX_SERVER\." &&
		return 0
	bail "no sshd $1: $(cat "$MATRIX_DIR/$1.out")"
}

listeners_stop()
{
	for pid in $MATRIX_PIDS; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	MATRIX_PIDS=
	SSHD_PID=
}

# The row's own client, one for each version.
address_of()
{
	awk -F '|' -v id="$1" -v net="127.0.$MATRIX_NET" \
		'$1 == id { print net "." NR }' "$W/rows"
}

client()
{
	addr=$(address_of "$1")
	MATRIX_PORT=$((MATRIX_PORT + 1))
	port=$MATRIX_PORT
	printf '%s %s\n' "$port" "$MATRIX_SERVER" >"$MATRIX_DIR/port.$1"
}

dial()
{
	timeout "$SW_PATIENCE" "${builddir:?}/tests/tools/dial" "$addr" "$port" 127.0.0.1 \
		"$MATRIX_SERVER"
}

# client_says ID TEXT: a client that is no ssh; TEXT is printf's.
client_says()
{
	client "$1"
	# The text is the format.
	# shellcheck disable=SC2059
	printf "$2" | dial >"$MATRIX_DIR/said.$1" 2>&1
}

# client_logs_in ID USER [WORD...]: by key, or as SSH_OPTIONS say.
client_logs_in()
{
	client "$1"
	login_id=$1
	login_user=$2
	shift 2
	# Words are meant to be split.
	# shellcheck disable=SC2086
	timeout "$SW_PATIENCE" ssh -F /dev/null -i "${SSH_KEY:-$W/id}" -o IdentitiesOnly=yes \
		-o BatchMode="${SSH_BATCH:-yes}" -o LogLevel=ERROR \
		-o UserKnownHostsFile=/dev/null \
		-o GlobalKnownHostsFile=/dev/null \
		-o StrictHostKeyChecking=no -o ProxyCommand="$(printf \
			'%s -e %s %s 127.0.0.1 %s' "$builddir/tests/tools/dial" \
			"$addr" "$port" "$MATRIX_SERVER")" \
		${SSH_OPTIONS:-} "$login_user@sshd" "${@:-true}" </dev/null \
		>"$MATRIX_DIR/said.$login_id" 2>&1
}

# client_types ID USER METHOD PASSWORD: by password or keyboard-interactive.
client_types()
{
	printf '#!/bin/sh\necho "%s"\n' "$4" >"$W/askpass"
	chmod 0755 "$W/askpass"
	SSH_BATCH=no SSH_ASKPASS=$W/askpass SSH_ASKPASS_REQUIRE=force \
		SSH_OPTIONS="-o PreferredAuthentications=$3
			-o NumberOfPasswordPrompts=1" \
		client_logs_in "$1" "$2"
}

# client_holds ID: a client that says nothing, until sshd or time ends it.
client_holds()
{
	client "$1"
	dial </dev/null >"$MATRIX_DIR/said.$1" 2>&1 9>&- &
}

# slot_holds ADDR: a client of no row, which sshd has greeted.
slot_holds()
{
	MATRIX_PORT=$((MATRIX_PORT + 1))
	: >"$W/held"
	"$builddir/tests/tools/dial" "$1" "$MATRIX_PORT" 127.0.0.1 \
		"$MATRIX_SERVER" </dev/null >"$W/held" 2>&1 9>&- &
	holders="$holders $!"
	wait_for "$W/held" '^SSH-2.0' || diag "no slot for $1"
}

let_go()
{
	for pid in $holders; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	holders=
}

# rule ID FILE TEXT: the line of FILE whose words are TEXT.
rule()
{
	rule_line=$(awk -v text="$3" '{ sub(/^[ \t]+/, "") }
		$0 == text { print NR; exit }' "$2")
	printf '%s:%s|%s\n' "$2" "$rule_line" "$3" >"$MATRIX_DIR/rule.$1"
}

# rule_is ID SOURCE TEXT: where there is no such line.
rule_is()
{
	printf '%s|%s\n' "$2" "$3" >"$MATRIX_DIR/rule.$1"
}

# no_address ID: sshd names no client, it is one of this listener's records.
no_address()
{
	printf '%s\n' "$SSHD_PID" >"$MATRIX_DIR/pid.$1"
}

# records_of ID: CAUSE|RULE|TEXT|USER|CLIENT-PORT SERVER-PORT|COUNT|VIA ROOT
records_of()
{
	records_pid=$(cat "$MATRIX_DIR/pid.$1" 2>/dev/null)
	jq -r --arg addr "$(address_of "$1")" --arg pid "$records_pid" '
		select(.event == "rejection") |
		select(if $pid != "" then .client.addr == null and
			(.pid | tostring) == $pid else .client.addr == $addr end) |
		[.cause,
		(if .rule.source then .rule.source +
			(if .rule.line then ":\(.rule.line)" else "" end)
		else "-" end),
		.rule.text // "-", .user // "-",
		"\(.client.port // "-") \(.server.port // "-")",
		"\(.count)", "\(.via) \(.evidence) \(.root)"] | join("|")' \
		"$RECORDS" 2>/dev/null
}

# How many records the row has.
has_records()
{
	[ "$(records_of "$1" | wc -l)" -ge "$2" ]
}

# seen ID: until all its records stand there.
seen()
{
	seen_count=$(awk -F '|' -v id="$1" '$1 == id {
		print $3 == "-" ? 0 : split($3, causes, " ") }' "$W/rows")
	wait_until has_records "$1" "$seen_count" && return 0
	diag "$1: no record; the client saw: $(tail -n 3 "$MATRIX_DIR/said.$1" |
		tr -dc '[:print:]\n')"
	return 1
}

# cell ID CAUSES USER TITLE: one result, and one for the table.
cell()
{
	cell_got=$(records_of "$1")
	cell_rule=$(cat "$MATRIX_DIR/rule.$1" 2>/dev/null)
	cell_rule=${cell_rule:--|-}
	cell_ports=$(cat "$MATRIX_DIR/port.$1" 2>/dev/null)
	[ ! -e "$MATRIX_DIR/pid.$1" ] || cell_ports='- -'
	cell_name="$1, $MATRIX_TITLE: $4"
	cell_failed=${tap_failed:?}
	if [ "$2" = - ]; then
		is "$cell_got" "" "$cell_name, leaves no record"
		[ "$tap_failed" -eq "$cell_failed" ]
		return
	fi
	is "$(echo "$cell_got" | cut -d '|' -f 1 | paste -sd ' ')
$(echo "$cell_got" | tail -n 1 | cut -d '|' -f 1-6)" "$2
${2##* }|$cell_rule|$3|$cell_ports|1" "$cell_name"
	diag "$(echo "$cell_got" | tail -n 1 | cut -d '|' -f 7)"
	[ "$tap_failed" -eq "$cell_failed" ]
}

# matrix_evaluate: one result for each row of this version.
matrix_evaluate()
{
	while IFS='|' read -r row_id row_versions row_causes row_user \
		row_title; do
		row_cell=-
		case " $row_versions " in
		*" $MATRIX_VERSION "*)
			row_cell=ok
			[ "$row_causes" != - ] || row_cell=none
			cell "$row_id" "$row_causes" "$row_user" \
				"$row_title" || row_cell=FAILED
			;;
		esac
		printf '%s\n' "$row_cell" >"$MATRIX_DIR/cell.$row_id"
	done <"$W/rows"
}

cell_of()
{
	cat "$W/matrix.$1/cell.$row_id" 2>/dev/null || echo -
}

matrix_table()
{
	printf '# %-7s | %-38s | %-8s | %-8s | %-8s | %-28s | %s\n' row what \
		'sshd 9.2' 'sshd 10' '9.2 log' cause FILE:LINE
	while IFS='|' read -r row_id _ row_causes _ row_title; do
		row_place=$(cat "$W"/matrix.*/rule."$row_id" 2>/dev/null |
			head -n 1 | cut -d '|' -f 1)
		row_place=${row_place:--}
		printf '# %-7s | %-38s | %-8s | %-8s | %-8s | %-28s | %s\n' \
			"$row_id" "$row_title" "$(cell_of 9)" "$(cell_of 10)" \
			"$(cell_of log)" "${row_causes##* }" \
			"${row_place#"$W/"}"
	done <"$W/rows"
}
