#!/bin/sh
# cppcheck.sh - cppcheck finds nothing in what is installed.
#
# It knows no variable that is released at the end of its scope; leaks are left
# to the sanitizers. What it knows of POSIX is in parts wrong (mmap() of no file,
# accept4() of an address not asked for), and is not used.
set -eu
. tests/lint/files.sh

# shellcheck disable=SC2046 # no name here holds a space
set -- $(files_named 'lib/*.c' 'module/*.c' 'recorder/*.c' 'ask/*.c' 'cli/*.c')
some "$@"
cppcheck --quiet -j 2 --error-exitcode=1 --inline-suppr --std=c11 \
	--enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=memleak \
	--suppress=resourceLeak -Iinclude -DSW_SYSCONFDIR='"/etc"' \
	-DSW_LOCALSTATEDIR='"/var"' -DSW_RUNSTATEDIR='"/run"' \
	-DPACKAGE_STRING='"sshwhy"' \
	-D'json_array_foreach(a,i,v)=while((i=0,v=json_array_get(a,i)))' \
	"$@" 2>&1
