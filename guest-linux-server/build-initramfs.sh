#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the guest's initial file system: busybox with all its applets, our /init, and extra files.
# usage: build-initramfs.sh --out FILE.cpio.gz [--list EXTRA.list]...
# An extra list has the lines of the kernel's gen_init_cpio: "file /bin/x PATH 0755 0 0" etc.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${L4UX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/l4ux}/linux
out="" lists=() busybox=${BUSYBOX:-} tree=${L4UX_LINUX_TREE:-}
die() { echo "initramfs: $*" >&2; exit 1; }
while [ $# -gt 0 ]; do
	case $1 in
	--out) out=$2; shift 2 ;;
	--list) lists+=("$2"); shift 2 ;;
	*) die "unknown argument $1 (known: --out FILE --list FILE)" ;;
	esac
done
[ -n "$out" ] || die "--out FILE is missing: where shall the archive go?"
for b in /bin/busybox /usr/bin/busybox /usr/lib/busybox/busybox-static; do
	[ -n "$busybox" ] || [ ! -x "$b" ] || busybox=$b
done
[ -n "$busybox" ] || die "no busybox found: apt-get install busybox-static"
! readelf -l "$busybox" | grep -q INTERP ||
	die "$busybox needs shared libraries: apt-get install busybox-static"
[ -n "$tree" ] || tree=$(ls -1td "$cache"/*/tree 2>/dev/null | head -1 || true)
[ -f "${tree:-/nonexistent}/usr/gen_init_cpio.c" ] ||
	die "no unpacked Linux tree in $cache: run build-linux.sh first"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -o "$work/gen_init_cpio" "$tree/usr/gen_init_cpio.c"
gcc -Os -static -nostdlib -fno-stack-protector -fno-asynchronous-unwind-tables -ffreestanding \
	-include "$tree/tools/include/nolibc/nolibc.h" -I"$tree/tools/include/nolibc" \
	-Wall -Werror -o "$work/init" "$here/initramfs/init.c" -lgcc
strip -s "$work/init"

{
	for d in /bin /sbin /usr /usr/bin /usr/sbin /usr/local /usr/local/bin /etc /proc /sys /dev \
		/tmp /run /var /mnt /lib /lib64; do
		echo "dir $d 0755 0 0"
	done
	echo "dir /root 0700 0 0"
	# the kernel opens it for /init before /init can mount anything
	echo "nod /dev/console 0600 0 0 c 5 1"
	echo "nod /dev/null 0666 0 0 c 1 3"
	echo "file /init $work/init 0755 0 0"
	echo "file /bin/busybox $busybox 0755 0 0"
	"$busybox" --list-full | sed -e 's,^,/,' |
		grep -vxF -e /bin/busybox -e /init -e /linuxrc | sort -u |
		sed -E 's,^(.*)$,slink \1 /bin/busybox 0777 0 0,'
	for f in passwd group hostname hosts profile; do
		echo "file /etc/$f $here/initramfs/etc/$f 0644 0 0"
	done
	# what the kernel was told by the DHCP server
	echo "slink /etc/resolv.conf /proc/net/pnp 0777 0 0"
	cat /dev/null "${lists[@]}"
} > "$work/list"
mkdir -p "$(dirname "$out")"
"$work/gen_init_cpio" -t 0 "$work/list" | gzip -n -9 > "$out.tmp"
mv "$out.tmp" "$out"
