// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fault in kernel mode, reflected to the faulting stack by the bottom. arch/um decides: a page of
 * the vmalloc area that is not mapped yet, an instruction with a fixup, or the end (panic with
 * these registers).
 */
#include <linux/kernel.h>
#include <linux/sched/debug.h>
#include <linux/string.h>
#include <asm/ptrace.h>
#include <arch.h>
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
	if (fi->trap_no == 14)
		segv(*fi, gp[HOST_IP], 0, &regs.regs);
	else if (!arch_fixup(gp[HOST_IP], &regs.regs)) {
		show_regs(&regs);
		panic("Kernel mode trap %d, error code 0x%x, at 0x%lx", fi->trap_no, fi->error_code,
		      gp[HOST_IP]);
	}
	gp[HOST_IP] = regs.regs.gp[HOST_IP];
}
