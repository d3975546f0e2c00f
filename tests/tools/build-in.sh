#!/bin/sh
# build-in.sh DIR [CONFIGURE-ARGUMENT...] - configures and compiles in DIR.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
# shellcheck source=tests/tools/build.sh
. tests/tools/build.sh

configure_in "$@"
make -s -j"$(jobs)" -C "$1" all
