#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What must hold for a finished guest kernel: no vector register is touched (the user's vector
# state stays live while the kernel runs), nobody but the L4 glue makes system calls, and data are
# not executable: the microkernel looks at all that is.
# usage: check-vmlinux.sh VMLINUX l4|bare
set -euo pipefail
vmlinux=$1 bottom=$2

# the page UML would map into its user processes: two dead stubs in it contain system calls
symbol() { nm "$vmlinux" | awk -v s="$1" '$3 == s { sub(/^0+/, "", $1); print $1 }'; }
stub_start=$(symbol __syscall_stub_start) stub_end=$(symbol __syscall_stub_end)

objdump -d --no-show-raw-insn "$vmlinux" |
	awk -v bottom="$bottom" -v s="$stub_start" -v e="$stub_end" '
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name) }
	/%[xyz]mm[0-9]/ { print "linux: vector register in " name ":" $0; bad++ }
	$2 == "syscall" && bottom == "l4" {
		sub(/:$/, "", $1)
		if (length($1) == length(s) && $1 >= s && $1 < e)
			next
		if (name == "l4c_plain")
			next
		print "linux: system call outside the L4 glue, in " name
		bad++
	}
	END { exit bad ? 1 : 0 }' >&2 || { echo "linux: $vmlinux failed its checks" >&2; exit 1; }

if readelf -lW "$vmlinux" | awk '$1 == "LOAD" && / RWE /' | grep .; then
	echo "linux: $vmlinux has a segment that is writable and executable" >&2
	exit 1
fi
