# check_table.awk - the table of sshwhy-check(1), made from cli/check.def.
#
#	awk -f tests/tools/check_table.awk cli/check.def

# Adjacent strings of C are one.
/^CHECK\(/ { row = "" }
/^CHECK\(/, /\)$/ {
	row = row " " $0
	if ($0 ~ /\)$/) {
		gsub(/" +"/, "", row)
		split(row, part, "\"")
		split(part[3], level, /[, ]+/)
		effect = toupper(substr(part[4], 1, 1)) substr(part[4], 2)
		gsub(/\\/, "\\e", part[6])
		printf ".It Cm %s Pq %s\n%s.\n", part[2], tolower(level[2]), effect
		if (part[6] != "")
			print part[6]
	}
}
