#!/bin/bash
# layers.sh - a folder is a layer: it includes the contracts in
# include/sshwhy and its own private headers, and calls only what lies below.
set -eu
# shellcheck source=tests/lint/files.sh
. tests/lint/files.sh

# Which libraries' headers a folder may include.
declare -A may_include=(
	[include]=''
	[lib]='libaudit.h'
	[module]='libaudit.h security/* tcpd.h'
	[recorder]='systemd/* libmnl/* libnftnl/*'
	[ask]='tcpd.h libmnl/* nftables/* sqlite3.h security/* jansson.h'
	[cli]='auparse.h jansson.h'
)
guarded='libaudit.h auparse.h auparse-defs.h security/* tcpd.h systemd/*
	libmnl/* libnftnl/* nftables/* sqlite3.h jansson.h'

# Which folders' functions a folder may call.
declare -A may_call=(
	[lib]='lib'
	[module]='lib module'
	[recorder]='lib ask recorder'
	[ask]='lib ask'
	[cli]='lib ask cli'
)

# What a module may be linked with.
may_need='libc.so.6 libpam.so.0 libaudit.so.1 libwrap.so.0'

offences=0

offence()
{
	printf '%s\n' "$*"
	offences=$((offences + 1))
}

# matches WORD PATTERN...
matches()
{
	local word=$1 pattern
	shift
	for pattern; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $word == $pattern ]] && return 0
	done
	return 1
}

judge_own_header()
{
	local folder=$1 file=$2 name=$3
	case $name in
	sshwhy/*.h | sshwhy/*.def)
		[ -f "include/$name" ] ||
			offence "$file: there is no include/$name"
		;;
	config.h) ;;
	*)
		[ -f "$folder/${name#"$folder/"}" ] ||
			offence "$file: $name is not a header of $folder/"
		;;
	esac
}

judge_library_header()
{
	local folder=$1 file=$2 name=$3
	set -f
	# shellcheck disable=SC2086 # lists of patterns
	if matches "$name" $guarded &&
		! matches "$name" ${may_include[$folder]}; then
		offence "$file: $folder/ may not include <$name>"
	fi
	set +f
}

# A .c file shows by its first include that its header compiles alone.
judge_first_include()
{
	local file=$1 own
	own=$(basename "$file" .c).h
	[ "${file%/*}" = lib ] && [ -f "include/sshwhy/$own" ] || return 0
	grep -m 1 -E '^#include' "$file" | grep -qF "\"sshwhy/$own\"" ||
		offence "$file: does not include sshwhy/$own first"
}

judge_file()
{
	local folder=$1 file=$2 kind name
	while read -r kind name; do
		case $kind in
		'"') judge_own_header "$folder" "$file" "$name" ;;
		'<') judge_library_header "$folder" "$file" "$name" ;;
		esac
	done < <(sed -n 's/^ *# *include *\(["<]\)\([^">]*\)[">].*/\1 \2/p' \
		"$file")
	judge_first_include "$file"
}

# Symbols of ours: defined by folder, and wanted by folder.
judge_calls()
{
	local build=$1 folder object symbol definer
	declare -A defined_in=()
	for folder in "${!may_call[@]}"; do
		while read -r symbol; do
			defined_in[$symbol]=$folder
		done < <(find "$build/$folder" -name '*.o' -exec \
			nm --defined-only -g {} + 2>/dev/null |
			awk '$3 ~ /^sw_/ { print $3 }' | sort -u)
	done
	for folder in "${!may_call[@]}"; do
		while read -r object symbol; do
			definer=${defined_in[$symbol]-}
			# shellcheck disable=SC2086 # a list of words
			[ -z "$definer" ] ||
				matches "$definer" ${may_call[$folder]} ||
				offence "$object: $folder/ may not call" \
					"$symbol() of $definer/"
		done < <(find "$build/$folder" -name '*.o' -exec nm -Au {} + \
			2>/dev/null | sed -n 's/: *U \(sw_.*\)/ \1/p' | sort -u)
	done
}

judge_modules()
{
	local module needed
	for module in "$1"/.libs/*.so; do
		[ -f "$module" ] || continue
		while read -r needed; do
			# shellcheck disable=SC2086 # a list of words
			matches "$needed" $may_need ||
				offence "$module: may not need $needed"
		done < <(readelf -d "$module" |
			sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
	done
}

seen=0
for folder in "${!may_include[@]}"; do
	while read -r file; do
		seen=$((seen + 1))
		judge_file "$folder" "$file"
	done < <(files_named "$folder/*.c" "$folder/*.h")
done
[ "$seen" -gt 0 ] || offence 'layers.sh: found no file to look at'

if [ -n "${builddir:-}" ]; then
	judge_calls "$builddir"
	judge_modules "$builddir"
fi
[ "$offences" -eq 0 ]
