#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the guest Linux server from Debian's linux-source package (or any nearby tree) plus the
# overlay in this directory. Everything lives in a cache outside the checkout, so a second
# checkout, or a deleted build directory, does not pay for it again:
#   $L4UX_CACHE/linux/<source>/tree        unpacked source with the overlay copied in
#   $L4UX_CACHE/linux/<source>/obj-<key>   object directory, one per compiler
#   $L4UX_CACHE/linux/out/<key>/vmlinux    finished kernels by the hash of all inputs
# A lock per source makes concurrent builds wait for each other.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source_arg="" out="" bottom=l4 libl4=$here/../libl4/include
cache=${L4UX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/l4ux}/linux

die() { echo "linux: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
	case $1 in
	--source) source_arg=$2; shift 2 ;;
	--out) out=$2; shift 2 ;;
	--bottom) bottom=$2; shift 2 ;;
	--libl4) libl4=$2; shift 2 ;;
	*)
		die "unknown argument $1" \
			"(known: --source TREE|TARBALL --out FILE --bottom l4|bare --libl4 DIR)"
		;;
	esac
done
[ -n "$out" ] || die "--out FILE is missing: where shall the kernel go?"
if [ -z "$source_arg" ]; then
	for f in /usr/src/linux-source-6.1.tar.xz /usr/src/linux-source-*.tar.*; do
		[ -n "$source_arg" ] || [ ! -e "$f" ] || source_arg=$f
	done
	[ -n "$source_arg" ] || die "no Linux source found: apt-get install linux-source-6.1," \
		"or configure with -DLINUX_SOURCE=<tree or tarball>"
fi
[ -e "$source_arg" ] ||
	die "$source_arg does not exist: set -DLINUX_SOURCE to a Linux tree or tarball"

hash_of() { sha256sum | cut -c1-16; }
if [ -d "$source_arg" ]; then
	stamp=$(stat -c '%n %s %Y' "$source_arg/Makefile")
else
	stamp=$(stat -c '%n %s %Y' "$source_arg")
fi
source_key=$(echo "$stamp" | hash_of)
compiler=$(gcc --version | head -1; ld --version | head -1)
compiler_key=$(echo "$compiler" | hash_of)
inputs() {
	cd "$here"
	find overlay patches config.fragment build-linux.sh check-vmlinux.sh -type f -print0 |
		sort -z | xargs -0 sha256sum
	(cd "$libl4" && find l4/abi -type f -print0 | sort -z | xargs -0 sha256sum)
	echo "$source_key $compiler_key $bottom"
}
key=$(inputs | hash_of)

finish() {
	mkdir -p "$(dirname "$out")"
	cmp -s "$1" "$out" || { cp "$1" "$out.tmp" && mv "$out.tmp" "$out"; }
}
dir=$cache/$source_key
# The initial file system is built with what is in the tree.
use_cached() {
	{ [ -s "$cache/out/$key/vmlinux" ] && [ -d "$dir/tree" ]; } || return 0
	touch "$cache/out/$key"
	finish "$cache/out/$key/vmlinux"
	echo "linux: kernel $key is in the cache"
	exit 0
}
use_cached

mkdir -p "$dir" "$cache/out"
exec 9>"$dir/lock"
flock -n 9 || { echo "linux: another build uses $dir, waiting"; flock 9; }

unpack() {
	rm -rf "$dir/tmp"; mkdir -p "$dir/tmp"
	echo "linux: unpacking $source_arg into $dir"
	if [ -d "$source_arg" ]; then
		cp -a --reflink=auto "$source_arg/." "$dir/tmp"
	else
		tar -xf "$source_arg" -C "$dir/tmp" --strip-components=1
	fi
	[ -f "$dir/tmp/arch/um/Makefile" ] || die "$source_arg is no Linux source with arch/um"
	mv "$dir/tmp" "$dir/tree"
}
[ -d "$dir/tree" ] || unpack
use_cached
tree=$dir/tree orig=$dir/original

# Copy what differs and nothing else, so that make sees only real changes. The original of a
# replaced file is kept and checked against the list of those the replacement was written for.
install_file() { # source file, path in the tree
	local to=$tree/$2
	if [ -e "$to" ] && [ ! -e "$orig/$2" ] && ! grep -qxF "$2" "$dir/added" 2>/dev/null; then
		mkdir -p "$(dirname "$orig/$2")"
		cp -p "$to" "$orig/$2"
	fi
	[ -e "$orig/$2" ] || echo "$2" >> "$dir/added"
	cmp -s "$1" "$to" && return
	mkdir -p "$(dirname "$to")"
	rm -f "$to"
	cp "$1" "$to"
}
touch "$dir/added"
wanted=$(mktemp) patched=$(mktemp)
trap 'rm -f "$wanted" "$patched"' EXIT
(cd "$here/overlay" && find . -type f -printf '%P\n') > "$wanted"
while read -r f; do install_file "$here/overlay/$f" "$f"; done < "$wanted"
# A patched file is installed like a replaced one: made from the original, so that a patch that
# does not apply any more stops the build.
for p in "$here"/patches/*.patch; do
	f=$(sed -n 's,^+++ b/,,p' "$p")
	from=$tree/$f
	[ ! -e "$orig/$f" ] || from=$orig/$f
	cp "$from" "$patched"
	patch -s --no-backup-if-mismatch "$patched" "$p" > /dev/null ||
		die "${p##*/} does not apply to $f of $source_arg: use a nearer version of Linux"
	echo "$f" >> "$wanted"
	install_file "$patched" "$f"
done
(cd "$libl4" && find l4/abi -type f) | while read -r f; do
	echo "arch/um/os-L4/l4/include/$f" >> "$wanted"
	install_file "$libl4/$f" "arch/um/os-L4/l4/include/$f"
done
sort -u -o "$dir/added" "$dir/added"
# files an earlier overlay had and this one has not
comm -23 "$dir/added" <(sort "$wanted") | while read -r f; do rm -f "${tree:?}/$f"; done
comm -12 "$dir/added" <(sort "$wanted") > "$dir/added.new" && mv "$dir/added.new" "$dir/added"
if [ -d "$orig" ]; then
	(cd "$orig" && find . -type f -printf '%P\n') | while read -r f; do
		if ! grep -qxF "$f" "$wanted"; then
			cp -p "$orig/$f" "$tree/$f" && touch "$tree/$f" && rm "$orig/$f"
		elif ! (cd "$orig" && sha256sum "$f") |
			grep -qxFf - "$here/replaced-files.txt"; then
			echo "linux: warning: the upstream version of $f is not one of those in" \
				"replaced-files.txt: check the replacement or patch of it" >&2
		fi
	done
fi

obj=$dir/obj-$compiler_key
mkdir -p "$obj"
cc=gcc
command -v ccache >/dev/null && cc="ccache gcc"
run_make() {
	env -i PATH="$PATH" HOME="$HOME" CCACHE_BASEDIR="$dir" \
		${CCACHE_DIR:+CCACHE_DIR="$CCACHE_DIR"} \
		KCONFIG_ALLCONFIG="$here/config.fragment" \
		make -C "$tree" O="$obj" ARCH=um OS=L4 CC="$cc" HOSTCC="$cc" L4UX_BOTTOM="$bottom" \
		KBUILD_BUILD_USER=l4ux KBUILD_BUILD_HOST=l4ux \
		KBUILD_BUILD_TIMESTAMP="Thu Jan  1 00:00:00 UTC 1970" KBUILD_BUILD_VERSION=1 "$@"
}
log=$obj/build.log
if ! cmp -s "$here/config.fragment" "$obj/config.fragment"; then
	rm -f "$obj/config.fragment"
	run_make allnoconfig > "$log" 2>&1 || {
		tail -20 "$log" >&2
		die "configuration failed, see $log"
	}
	cp "$here/config.fragment" "$obj/config.fragment"
fi

start=$SECONDS
run_make -j"$(nproc)" vmlinux > "$log" 2>&1 &
make_pid=$!
trap 'kill $make_pid 2>/dev/null; rm -f "$wanted" "$patched"' EXIT
trap 'exit 1' INT TERM
progress() {
	local n
	n=$(grep -cE '^  (CC|AS|LD|AR) ' "$log" || true)
	echo "linux: $n files compiled, $((SECONDS - start)) s"
}
tick=0
while kill -0 $make_pid 2>/dev/null; do
	sleep 0.5
	tick=$((tick + 1))
	[ $((tick % 20)) -ne 0 ] || progress
done
wait $make_pid || {
	grep -E -A8 'error|undefined|Error' "$log" | head -60 >&2
	die "build failed, see $log"
}
progress
trap 'rm -f "$wanted" "$patched"' EXIT
"$here/check-vmlinux.sh" "$obj/vmlinux" "$bottom"

mkdir -p "$cache/out/$key.tmp"
cp "$obj/vmlinux" "$cache/out/$key.tmp/vmlinux"
rm -rf "${cache:?}/out/$key"
mv "$cache/out/$key.tmp" "$cache/out/$key"
# keep the kernels of a few checkouts and experiments, not of all
find "$cache/out" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn | tail -n +17 |
	cut -d' ' -f2- | xargs -r rm -rf
finish "$cache/out/$key/vmlinux"
