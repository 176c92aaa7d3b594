// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fault in kernel mode, reflected to the faulting stack by the bottom: a page of the vmalloc area
 * that is not mapped yet, or the end. arch/um knows which, and panics with these registers.
 * There are no fixups: user memory is reached through the page tables, and the one user of the
 * exception table, reading across the end of RAM, is kept from happening (mem.c).
 */
#include <linux/kernel.h>
#include <linux/sched/debug.h>
#include <linux/string.h>
#include <asm/ptrace.h>
#include <kern_util.h>
#include <os.h>
#include "os_l4.h"

void l4_kernel_fault(unsigned long *gp, struct faultinfo *fi)
{
	struct pt_regs regs;

	memcpy(regs.regs.gp, gp, sizeof(regs.regs.gp));
	regs.regs.faultinfo = *fi;
	regs.regs.syscall = -1;
	regs.regs.is_user = 0;
	if (fi->trap_no == 14) {
		segv(*fi, gp[HOST_IP], 0, &regs.regs);
	} else {
		show_regs(&regs);
		panic("Kernel mode trap %d, error code 0x%x, at 0x%lx", fi->trap_no, fi->error_code,
		      gp[HOST_IP]);
	}
}
