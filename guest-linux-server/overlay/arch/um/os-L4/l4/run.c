// SPDX-License-Identifier: GPL-2.0-only
/* Run user code: vCPU resume with map items, and what the upcall that ends it means. */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <sysdep/ptrace.h>
#include "l4c.h"

#define SYSCALL_LEN 2

int l4h_resume(int task, unsigned long *gp, struct faultinfo *fi, const struct l4h_item *items,
	       int n)
{
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long tag;
	int i;

	/* with its low bits set by the kernel the field means "the task you know already" */
	if (vcpu->user_task >> L4_CAP_SHIFT != task)
		vcpu->user_task = SEL(task);
	l4c_regs_to_vcpu(&vcpu->r, gp);
	u->mr[0] = L4_THREAD_VCPU_RESUME_OP;
	for (i = 0; i < n; i++) {
		u->mr[1 + 2 * i] = items[i].va | L4_ITEM_MAP;
		u->mr[2 + 2 * i] = l4c_fpage(items[i].ram, L4_PAGESHIFT, items[i].rights);
	}
	tag = l4_vcpu_run(vcpu, l4c_tag(L4_PROTO_THREAD, 1, n));
	if (tag) {
		printk(KERN_ERR "l4: vCPU resume of task %d failed: label %ld, error %lu\n", task,
		       l4c_label(tag), tag & L4_MSGTAG_ERROR ? u->error : 0);
		return L4H_FAILED;
	}
	l4c_regs_from_vcpu(gp, &vcpu->r);
	switch (vcpu->r.trapno) {
	case L4_TRAP_SYSCALL:
		gp[HOST_IP] += SYSCALL_LEN;
		gp[HOST_ORIG_AX] = gp[HOST_AX];
		/* what the processor leaves there */
		gp[HOST_CX] = gp[HOST_IP];
		gp[HOST_R11] = gp[HOST_EFLAGS];
		return L4H_SYSCALL;
	case L4_TRAP_VCPU_IPC:
		l4c_irq_delivered(vcpu->i.label);
		return L4H_IRQ;
	}
	fi->trap_no = vcpu->r.trapno;
	fi->error_code = vcpu->r.err;
	fi->cr2 = vcpu->r.pfa;
	return L4H_TRAP;
}
