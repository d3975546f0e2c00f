# cause_table.awk - the list of causes in sshwhy-causes(7), from cause.def.
#
# Rows may be broken over lines; texts hold no escaped quotes.

function flush_row(	part, stage, count, types)
{
	if (row == "")
		return
	count = split(row, part, "\"")
	split(part[3], types, ",")
	stage = types[2]
	gsub(/[ \t]/, "", stage)
	gsub(/[^0-9]/, "", types[3])
	printf ".It Cm %s\n%s\n", part[2], part[4]
	if (part[6] != "")
		printf "%s\n", part[6]
	if (types[3] in name)
		printf ".Pq %s , Dv %s\n", tolower(stage), name[types[3]]
	row = ""
}

BEGIN {
	name[1109] = "USER_ERR"
	name[2102] = "ANOM_LOGIN_SESSIONS"
	name[2103] = "ANOM_LOGIN_ACCT"
	name[2104] = "ANOM_LOGIN_LOCATION"
	name[2120] = "ANOM_ORIGIN_FAILURES"
}

/^CAUSE\(/ { flush_row(); row = $0; next }
row != "" { row = row " " $0 }
END { flush_row() }
