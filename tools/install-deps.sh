#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Finds out what the build lacks (tools/packages.txt says what it needs) and, on Debian and its
# relatives, installs it. Elsewhere it names the packages. Silent when nothing is missing.
#
#   install-deps.sh [--for build|native|check|bench|soak] [--dry-run]
#
# native: the build without the guest Linux.
#
# Exit status: 0 nothing required is missing (any more), 1 something is, 64 wrong usage.
set -u

purpose=build
dry_run=${L4UX_NO_INSTALL:-}
while [ $# -gt 0 ]; do
	case $1 in
	--for) purpose=${2-}; shift ;;
	--for=*) purpose=${1#--for=} ;;
	--dry-run) dry_run=1 ;;
	*) echo "install-deps.sh: unknown argument '$1'" >&2; exit 64 ;;
	esac
	shift
done
case $purpose in
build) rows='build guest' ;;
native) rows=build ;;
check | bench | soak) rows=$purpose ;;
*)
	echo "install-deps.sh: --for takes build, native, check, bench or soak, not '$purpose'" >&2
	exit 64
	;;
esac

table=${L4UX_PACKAGES:-$(dirname "$0")/packages.txt}
[ -r "$table" ] || { echo "install-deps.sh: cannot read $table" >&2; exit 1; }
PATH=$PATH:/usr/sbin:/sbin

# Words, not strings: lists that may be empty leave no double blanks.
# shellcheck disable=SC2048,SC2086
say() { set -- $*; printf 'l4ux: %s\n' "$*" >&2; }
indent() { printf 'l4ux:     %s\n' "$*" >&2; }

# busybox goes alone into the initramfs, so it must be static: the name of the dynamic linker would
# stand near the beginning of the file.
have_static() {
	file=$(command -v "$1") && ! head -c 4096 "$file" | LC_ALL=C grep -q ld-linux
}

have_header() {
	for dir in /usr/include /usr/local/include /usr/include/*-linux-gnu; do
		[ -e "$dir/$1" ] && return 0
	done
	return 1
}

# The user may have a kernel source of their own: on the command line, or configured before.
have_linux_source() {
	case ${CMAKE_ARGS:-} in *LINUX_SOURCE=?* | *L4UX_GUEST=OFF*) return 0 ;; esac
	for file in /usr/src/"$1".tar.*; do
		[ -e "$file" ] && return 0
	done
	grep -qsE '^(LINUX_SOURCE:[A-Z]+=.|L4UX_GUEST:BOOL=OFF)' \
		"$(dirname "$0")/../build/CMakeCache.txt"
}

have() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
	static:*) have_static "${1#static:}" ;;
	hdr:*) have_header "${1#hdr:}" ;;
	src:*) have_linux_source "${1#src:}" ;;
	*) say "$table: unknown probe '$1'"; exit 1 ;;
	esac
}

# Prints one column of the rows whose probe fails: once per package, required first.
missing() {
	need=$1 column=$2
	while read -r for_what need_row probe debian fedora arch suse; do
		case " $rows " in *" $for_what "*) ;; *) continue ;; esac
		[ "$need_row" = "$need" ] || continue
		have "$probe" && continue
		case $column in
		debian) echo "$debian" ;;
		fedora) echo "$fedora" ;;
		arch) echo "$arch" ;;
		suse) echo "$suse" ;;
		probe) echo "${probe#*:}" ;;
		esac
	done <"$table" | grep -vx -e - | sort -u | tr '\n' ' ' | sed 's/ $//'
}

required=$(missing required probe)
optional=$(missing optional probe)
[ -z "$required$optional" ] && exit 0

ID='' ID_LIKE='' PRETTY_NAME='this system'
# shellcheck disable=SC1090,SC1091
[ -r "${L4UX_OS_RELEASE:-/etc/os-release}" ] && . "${L4UX_OS_RELEASE:-/etc/os-release}"
case " $ID $ID_LIKE " in
*' debian '* | *' ubuntu '*) family=debian install='apt-get install' ;;
*' fedora '* | *' rhel '*) family=fedora install='dnf install' ;;
*' arch '*) family=arch install='pacman -S --needed' ;;
*suse*) family=suse install='zypper install' ;;
*) family=unknown install='' ;;
esac

say_linux_source() {
	say 'For the guest, unpack or download a Linux 6.1 source (kernel.org) and say where it is:'
	indent 'make CMAKE_ARGS=-DLINUX_SOURCE=/path/to/linux-6.1'
	say 'or build without the guest: make CMAKE_ARGS=-DL4UX_GUEST=OFF'
}

give_up() {
	[ -n "$required" ] && exit 1
	say "Going on without: $optional"
	exit 0
}

if [ $family = unknown ]; then
	say "Missing on $PRETTY_NAME: $required $optional"
	say 'I do not know the package manager of this system. The packages are called:'
	for f in debian fedora arch suse; do
		indent "$f: $(missing required $f) $(missing optional $f)"
	done
	case " $required " in *linux-source*) say_linux_source ;; esac
	give_up
fi

packages=$(missing required $family)
extras=$(missing optional $family)
say "Missing on $PRETTY_NAME: $required $optional"

if [ $family != debian ]; then
	[ -n "$packages$extras" ] && say "Install with:  sudo $install $packages $extras"
	case " $required " in *linux-source*) say_linux_source ;; esac
	give_up
fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then
	as_root=sudo
	[ -t 0 ] || as_root='sudo -n'
	if [ -z "$dry_run" ] && ! command -v sudo >/dev/null 2>&1; then
		say 'Not root and no sudo. As root, run:'
		indent "apt-get update && apt-get install $packages $extras"
		give_up
	fi
fi

if [ -n "$dry_run" ]; then
	say "Would install: $packages $extras"
	give_up
fi

# shellcheck disable=SC2086 # sudo may bring an option
apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# The package lists of a fresh image are empty or old: refresh them only when that shows.
# shellcheck disable=SC2086 # a list of packages
install_packages() {
	apt install -y --no-install-recommends $1 && return
	say 'Refreshing the package lists'
	apt update && apt install -y --no-install-recommends $1 && return
	say 'Trying one package at a time'
	for package in $1; do
		apt install -y --no-install-recommends "$package"
	done
}

say "Installing with apt-get${as_root:+ (through $as_root)}: $packages $extras"
install_packages "$packages $extras"

required=$(missing required probe)
optional=$(missing optional probe)
[ -z "$required$optional" ] && exit 0
say "Still missing: $required $optional"
case " $required " in *linux-source*) say_linux_source ;; esac
give_up
