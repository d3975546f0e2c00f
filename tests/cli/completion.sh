#!/bin/bash
# completion.sh - what bash completes behind sshwhy.
# shellcheck source=tests/cli/cli.sh
. "${srcdir:-.}/tests/cli/cli.sh"

PATH=$builddir:$PATH
# shellcheck source=/dev/null
. "$srcdir/system/completion/sshwhy" || bail 'no completion'

# completed WORD...: what is offered for the last one.
completed()
{
	COMP_WORDS=(sshwhy "$@")
	COMP_CWORD=$#
	_sshwhy
	echo "${COMPREPLY[*]}"
}

is "$(completed "ti")" timeline 'a command from its beginning'
like "$(completed '')" '(^| )explain .* top( |$)' 'all of them from nothing'
is "$(completed top --by ru)" rule 'what top counts by'
like "$(completed top --)" '--by .*--since' 'its options with the filters'
is "$(completed list --event su)" suppressed 'an event'
is "$(completed explain --user roo)" root 'a user'
is "$(completed list --log audit)" audit.log 'a file'
offered=" $(completed explain --) "
untold=
for option in --user --port --json; do
	case $offered in *" $option "*) ;; *) untold="$untold $option" ;; esac
done
is "$untold" '' 'the options of explain'
done_testing
