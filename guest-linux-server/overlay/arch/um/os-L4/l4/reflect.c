// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exception reflection: a fault of the kernel becomes a call of l4_kernel_fault() on the faulting
 * stack, as if the processor had pushed a frame there. First half on the helper thread, second
 * half on the vCPU thread.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <sysdep/ptrace.h>
#include "l4c.h"

#define FLAGS_DF_TF 0x500UL
#define RETURN_FRAME 32 /* what kfault_entry.S writes below the old stack pointer */

void l4_kfault_entry(void);
void l4_kfault(l4_exc_regs_t *frame);

/* r is the exception message and becomes the answer */
void l4c_reflect(l4_exc_regs_t *r)
{
	l4_exc_regs_t *frame = (void *)((r->sp - RETURN_FRAME - sizeof(*frame)) & ~15UL);

	*frame = *r;
	r->rdi = (unsigned long)frame;
	r->sp = (unsigned long)frame;
	r->ip = (unsigned long)l4_kfault_entry;
	r->flags &= ~FLAGS_DF_TF;
}

void l4_kfault(l4_exc_regs_t *frame)
{
	struct faultinfo fi = {
		.error_code = frame->err,
		.cr2 = frame->pfa,
		.trap_no = frame->trapno,
	};
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long mr[L4_UTCB_GENERIC_DATA_SIZE], gp[MAX_REG_NR] = { 0 };

	/* the fault may have hit in the middle of composing a message */
	memcpy(mr, u->mr, sizeof(mr));
	l4c_regs_from_vcpu(gp, frame);
	l4_kernel_fault(gp, &fi);
	frame->ip = gp[HOST_IP];
	memcpy(u->mr, mr, sizeof(mr));
}
