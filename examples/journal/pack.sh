#!/bin/sh
# SPDX-License-Identifier: MIT
# The guest of the example: the default initial file system, the script, and the host's e2fsck with
# its libraries; and a disk.
# usage: pack.sh MKCPIO.PY BASE.CPIO.GZ MKFS.EXT4 DIRECTORY
set -eu
mkcpio=$1 base=$2 mkfs=$3 out=$4
here=$(dirname "$0")
e2fsck=$(dirname "$mkfs")/e2fsck

set -- "bin/journal=$here/journal.sh" "sbin/e2fsck=$e2fsck"
for library in $(ldd "$e2fsck" | sed -n 's/^[^/]*\(\/[^ ]*\) (.*/\1/p'); do
	set -- "$@" "$library=$library"
done
mkdir -p "$out"
python3 "$mkcpio" --base "$base" "$out/journal.cpio.gz" "$@"
rm -f "$out/disk.img"
truncate -s 6M "$out/disk.img"
uuid=6c347578-0000-4000-8000-000000000001 # always the same disk
E2FSPROGS_FAKE_TIME=1700000000 "$mkfs" -q -F -b 1024 -J size=1 -U $uuid \
	-E hash_seed=$uuid,lazy_itable_init=0,lazy_journal_init=0 "$out/disk.img"
