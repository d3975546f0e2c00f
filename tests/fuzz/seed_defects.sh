#!/bin/sh
# seed_defects.sh - the differential fuzzer finds each of these small defects.
#
# A copy of the matcher is changed by one sed command at a time, built with the
# fuzzer, and has to be told from libwrap within 60,000 cases.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

build=${builddir:-$top/build}
cases=60000
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# FILE;SED COMMAND;WHAT IS WRONG THEN
defects()
{
	cat <<'TABLE'
wrapper_lines.c;s/lines->newlines++/lines->newlines += got > 1/;empty lines are not counted
wrapper_lines.c;s/len -= 2/len -= 1/;a continuation leaves its backslash
wrapper_lines.c;s/got == 1 || //;the byte before an empty line is looked at
wrapper_lines.c;s/to, SW_LINE_MAX - len/to, SW_LINE_MAX - 1 - len/;lines may be a byte shorter
wrapper_lines.c;s/\*out_len = strlen(to)/*out_len = len/;a NUL byte hides nothing
wrapper_entries.c;s/hidden |= c == '\\0'/hidden = false/;a NUL byte in an entry hides nothing
wrapper_list.c;s/return !excepted \&\& /return excepted \&\& /;EXCEPT is the wrong way round
wrapper_word.c;s/\['\\r'\] = SW_BLANK | SW_COMMA/['\\r'] = SW_BLANK/;a CR separates no words
wrapper_list.c;s/port > UINT16_MAX/port > 1024/;a port above 1024 is a name
wrapper_list.c;s/{word.start + 1, word.len - 1}/word/;a first @ splits
wrapper_match.c;s/length > 32/length > 31/;a mask of 32 bits never matches
wrapper_match.c;s/length < 1/length < 0/;a mask of 0 bits matches
wrapper_match.c;s/(address \& bits) == base/((address ^ base) \& bits) == 0/;host bits are ignored in IPv4
wrapper_match.c;s/(8 - rest)) == 0/(7 - rest)) == 0/;IPv6 masks are a bit too long
wrapper_match.c;s/c > '9'/c > '8'/;a digit asks for the name
wrapper_text.c;s/len > pattern.len/len >= pattern.len/;a domain matches itself
wrapper_text.c;s/text = without_mapping(text)/(void)without_mapping/;a mapped name stays mapped
wrapper_glob.c;s/behind - at == 1 ||/behind > at ||/;two stars match nothing as well
wrapper_number.c;s/uint64_t limit = (uint64_t)INT64_MAX/uint64_t limit = (uint64_t)INT32_MAX/;numbers do not wrap
wrapper_number.c;s/base = is_hex ? 16 : 8/base = is_hex ? 16 : 10/;octal addresses are decimal
wrapper_number.c;s/parts == 4 ?/parts > 0 ?/;addresses need no four parts
wrapper_options.c;s/mask <= 0777/mask <= 07777/;umask takes more bits
wrapper_options.c;s/if (!is_last \&\& (/if ((/;the last option must not be last
wrapper_options.c;s/"=" BLANKS/BLANKS/;a value follows a blank only
wrapper_options.c;s/\*from == '\\\\' \&\&/false \&\&/;no colon is escaped
wrapper.c;s/reading->is_allow ? LEAVE_TABLE : allow(reading, lines)/LEAVE_TABLE/;a failed aclexec names no rule
wrapper.c;s/if (!reading->aclexec_failed)/if (!options->aclexec_failed)/;a failed aclexec is forgotten
wrapper.c;s/return line.start\[0\] == '#' ||/return/;comments are rules
wrapper.c;s/if (error == ENOENT)/if (error == ENOENT || error == ENOTDIR)/;a table that cannot be opened is empty
TABLE
}

# build_matcher FILE SED - fails when the text that it changes is not there.
build_matcher()
{
	rm -rf "${dir:?}/lib"
	cp -r "$top/lib" "$dir/lib"
	sed -i "$2" "$dir/lib/$1"
	! cmp -s "$top/lib/$1" "$dir/lib/$1" || return 1
	# The fuzzer, with the changed files before the library's own.
	"${CC:-cc}" -O1 -D_GNU_SOURCE -I"$top/include" -I"$dir/lib" \
		-I"$build" -fvisibility=hidden -w -o "$dir/diff" \
		"$top"/tests/fuzz/diff_*.c "$dir"/lib/wrapper*.c \
		"$top"/ask/libwrap*.c "$top"/ask/wrapper*.c \
		"$build/.libs/libguest.a" -lwrap -laudit
}

judge()
{
	if ! build_matcher "$1" "$2" >"$dir/log" 2>&1; then
		ok 1 "built: $3" || diag "$(cat "$dir/log")"
	elif timeout 120 "$dir/diff" --cases "$cases" >"$dir/log" 2>&1; then
		ok 1 "found: $3" || :
	elif grep -q 'seed' "$dir/log"; then
		ok 0 "found: $3"
	else
		ok 1 "found: $3" || diag "$(cat "$dir/log")"
	fi
}

while IFS=';' read -r file command wrong; do
	judge "$file" "$command" "$wrong" || :
done <<EOF
$(defects)
EOF
done_testing
