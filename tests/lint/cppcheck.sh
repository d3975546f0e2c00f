#!/bin/sh
# cppcheck.sh - cppcheck finds nothing in what is installed.
#
# It knows no variable that is released at the end of its scope; leaks are left
# to the sanitizers. No program here has threads.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named 'lib/*.c' 'module/*.c' 'recorder/*.c' 'ask/*.c' 'cli/*.c')
some "$@"
cppcheck --quiet -j 2 --error-exitcode=1 --inline-suppr --std=c11 \
	--enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=memleak \
	--suppress=resourceLeak --suppress=getgrgidCalled \
	--suppress=getgrnamCalled --suppress=getpwnamCalled \
	--suppress=getpwuidCalled --suppress=readdirCalled \
	--library=gnu --library=posix -Iinclude -DSW_SYSCONFDIR='"/etc"' -DSW_LOCALSTATEDIR='"/var"' \
	-DSW_RUNSTATEDIR='"/run"' -DPACKAGE_STRING='"sshwhy"' "$@" 2>&1
