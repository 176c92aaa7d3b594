// SPDX-License-Identifier: GPL-2.0-only
/* Run user code: vCPU resume with map items, and what the upcall that ends it means. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <sysdep/ptrace.h>
#include "l4c.h"

#define SYSCALL_LEN 2

/* with its low bits set by the kernel the field means "the task you know already" */
static void choose(int task)
{
	if (vcpu->user_task >> L4_CAP_SHIFT != task)
		vcpu->user_task = SEL(task);
}

/* what the processor leaves behind the instruction */
static enum l4h_event syscall_event(unsigned long *gp)
{
	gp[HOST_IP] += SYSCALL_LEN;
	gp[HOST_ORIG_AX] = gp[HOST_AX];
	gp[HOST_CX] = gp[HOST_IP];
	gp[HOST_R11] = gp[HOST_EFLAGS];
	return L4H_SYSCALL;
}

static enum l4h_event upcall(unsigned long *gp, struct faultinfo *fi)
{
	if (vcpu->r.trapno == L4_TRAP_SYSCALL && vcpu->r.err == L4_UX_SYSCALL_PARTIAL) {
		l4c_regs_from_call(gp, &vcpu->r);
		syscall_event(gp);
		return L4H_SYSCALL_PARTIAL;
	}
	l4c_regs_from_vcpu(gp, &vcpu->r);
	switch (vcpu->r.trapno) {
	case L4_TRAP_SYSCALL:
		return syscall_event(gp);
	case L4_TRAP_VCPU_IPC:
		l4c_irq_delivered(vcpu->i.label);
		return L4H_IRQ;
	}
	fi->trap_no = vcpu->r.trapno;
	fi->error_code = vcpu->r.err;
	fi->cr2 = vcpu->r.pfa;
	return L4H_TRAP;
}

int l4h_resume(int task, unsigned long *gp, struct faultinfo *fi, const struct l4h_item *items,
	       int n)
{
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long tag;
	int i;

	choose(task);
	l4c_regs_to_vcpu(&vcpu->r, gp);
	u->mr[0] = L4_THREAD_VCPU_RESUME_OP;
	for (i = 0; i < n; i++) {
		u->mr[1 + 2 * i] = items[i].va | L4_ITEM_MAP;
		u->mr[2 + 2 * i] = l4c_fpage(items[i].ram, L4_PAGESHIFT, items[i].rights);
	}
	tag = l4_vcpu_run(vcpu, l4c_tag(L4_PROTO_THREAD, 1, n), l4c_resume);
	if (tag) {
		printk(KERN_ERR "l4: vCPU resume of task %d failed: label %ld, error %lu\n", task,
		       l4c_label(tag), tag & L4_MSGTAG_ERROR ? u->error : 0);
		return L4H_FAILED;
	}
	return upcall(gp, fi);
}

int l4h_answer(int task, unsigned long *gp, struct faultinfo *fi)
{
	choose(task);
	l4c_regs_for_answer(&vcpu->r);
	vcpu->r.rax = gp[HOST_AX];
	if (l4_vcpu_run(vcpu, l4c_tag(L4_PROTO_THREAD, 1, 0), l4c_resume))
		return L4H_FAILED;
	return upcall(gp, fi);
}

int l4h_call_registers(int task, unsigned long *gp)
{
	l4_utcb_layout_t *u = l4c_utcb();
	struct faultinfo fi;
	int old = l4c_lock(), err = -EFAULT;
	unsigned long result = gp[HOST_AX];

	choose(task);
	vcpu->r.err = 0;
	u->mr[0] = L4_UX_THREAD_VCPU_CALL_OP;
	u->mr[1] = SEL(task);
	if (!l4_vcpu_run(vcpu, l4c_tag(L4_PROTO_THREAD, 2, 0), l4c_entry) &&
	    upcall(gp, &fi) == L4H_SYSCALL)
		err = 0;
	gp[HOST_AX] = result;
	l4c_unlock(old);
	return err;
}
