#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What must hold for a finished guest kernel: no vector register is touched (the user's vector
# state stays live while the kernel runs), and nobody but the L4 glue makes system calls.
# usage: check-vmlinux.sh VMLINUX l4|bare
set -euo pipefail
vmlinux=$1 bottom=$2

# functions that may contain a syscall instruction: the glue, and two dead stubs of UML
case $bottom in
l4) allowed='^(l4c_|l4_vcpu_)' ;;
*) allowed='^(bare_|l4h_)' ;;
esac
objdump -d --no-show-raw-insn -j .text -j .init.text -j .syscall_stub "$vmlinux" 2>/dev/null |
	awk -v allowed="$allowed" -v bottom="$bottom" '
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name) }
	/%[xyz]mm[0-9]/ { print "linux: vector register in " name ":" $0; bad++ }
	$2 == "syscall" && bottom == "l4" && name !~ allowed && name !~ /^(stub_|batch_syscall_stub|__syscall_stub|vdso_)/ {
		print "linux: system call outside the L4 glue, in " name; bad++ }
	END { exit bad ? 1 : 0 }' >&2 || { echo "linux: $vmlinux failed its checks" >&2; exit 1; }
