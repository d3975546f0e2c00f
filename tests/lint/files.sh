# files.sh - what a check looks at; sourced by the checks in this folder.
#
# A check prints its offences and fails; it says nothing of a clean tree. Its
# current directory is the top of the tree that it judges.
# shellcheck shell=sh

# files_named PATTERN... - the project's own files, one a line.
files_named()
{
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -- "$@"
	else
		for _pattern; do
			find . -path './build*' -prune -o -type f \
				-name "${_pattern##*/}" -print
		done | sed 's|^\./||'
	fi | sort -u | while IFS= read -r _file; do
		[ -f "$_file" ] && printf '%s\n' "$_file"
	done
	return 0
}

# A check that saw no file at all has proved nothing.
some()
{
	[ "$#" -gt 0 ] || {
		printf '%s\n' "${0##*/}: found no file to look at"
		exit 1
	}
}
