# follow.sh - do what sshwhy advises, to the letter. Sourced, POSIX shell.
# shellcheck shell=sh

# follow_line TEXT: one line of advice. Returns 1 for a line that it does not
# understand, having said so.
follow_line()
{
	case $1 in
	'first '*) follow_line "${1#first }" ;;
	'add to '*':   '*)
		follow_file=${1#add to }
		follow_file=${follow_file%%:   *}
		printf '%s\n' "${1#*:   }" >>"$follow_file"
		;;
	'add at the end of '*':   '*)
		follow_file=${1#add at the end of }
		follow_file=${follow_file%%:   *}
		printf '%s\n' "${1#*:   }" >>"$follow_file"
		;;
	'and below it:   '*)
		printf '\t%s\n' "${1#*:   }" >>"$follow_file"
		;;
	'put above line '*' of '*':   '*)
		follow_place=${1#put above line }
		follow_number=${follow_place%% *}
		follow_file=${follow_place#* of }
		follow_file=${follow_file%%:   *}
		follow_text=$(printf '%s' "${1#*:   }" | sed 's/[\\&]/\\&/g')
		if [ -s "$follow_file" ]; then
			sed -i "${follow_number}i $follow_text" "$follow_file"
		else
			printf '%s\n' "${1#*:   }" >"$follow_file"
		fi
		;;
	'replace '*' by:   '*)
		follow_place=${1#replace }
		follow_place=${follow_place%% by:   *}
		follow_text=$(printf '%s' "${1#*:   }" | sed 's/[\\&]/\\&/g')
		sed -i "${follow_place##*:}c $follow_text" "${follow_place%:*}"
		;;
	'remove '*', which is:   '* | 'remove or correct '*':   '*)
		follow_place=${1#remove }
		follow_place=${follow_place#or correct }
		follow_place=${follow_place%%, which is:   *}
		follow_place=${follow_place%%:   *}
		sed -i "${follow_place##*:}d" "${follow_place%:*}"
		;;
	'on the client: '* | 'to keep it in: '*) ;;
	'then: '*) sh -c "${1#then: }" ;;
	*) sh -c "$1" ;;
	esac
}

# follow CLIENT [ARGUMENT...]: ask sshwhy, and do all that it advises.
follow()
{
	# shellcheck disable=SC2154 # the test's
	"$builddir/sshwhy" --json "$@" | jq -r '.advice[]' >"$W/advice"
	while read -r follow_advice; do
		follow_line "$follow_advice" ||
			diag "cannot follow: $follow_advice"
	done <"$W/advice"
}
