// SPDX-License-Identifier: MIT
/* Faults become upcalls, or calls by the kernel on behalf of the faulting thread. */
#include "fault.h"

#include "../fault/hook.h"
#include "arch.h"
#include "entry.h"
#include "event.h"
#include "fpage.h"
#include "gate.h"
#include "invoke.h"
#include "pf_tramp.h"
#include "regs.h"
#include "sched.h"
#include "task.h"
#include "thread.h"
#include "vcpu.h"

#include <l4/abi/err.h>

/* Calls the thread or gate behind @c with the message prepared in @t. */
static void call_handler(struct thread *t, struct cap *c, enum ipc_kind kind, uint64_t tag)
{
	t->ipc.kind = kind;
	t->ipc.tag = tag;
	t->ipc.flags = L4_SYSF_CALL;
	t->ipc.timeouts = 0;
	t->ipc.rights = c->rights & (CAP_W | CAP_S);
	t->snd.label = 0;
	vcpu_mask_messages(t);
	t->busy = true;
	invoke_ipc(t, c->obj);
	t->busy = false;
}

static struct cap *handler_cap(struct thread *t, uint64_t selector)
{
	struct cap *c;

	if (selector & L4_INVALID_CAP_BIT)
		return NULL;
	c = cap_lookup(&t->task->caps, selector >> L4_CAP_SHIFT);
	if (!c || (c->obj->ops->type != KOBJ_THREAD && c->obj->ops->type != KOBJ_GATE))
		return NULL;
	return c;
}

static void stuck(struct thread *t)
{
	t->ipc.state = IPC_STUCK;
	sched_update(t);
	arch_thread_stuck(t);
}

static void exception(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa)
{
	struct cap *c;

	event(EVENT_EXCEPTION, t->obj.id, trapno, t->regs.ip);
	/* A plain thread is not told which selector was wrong: it could be an I/O fault as well. */
	if (trapno == L4_TRAP_GP && !(err & 7) && !t->vcpu.in_user)
		err = 0;
	t->regs.trapno = trapno;
	t->regs.err = err;
	t->regs.pfa = pfa;
	if (t->vcpu.state && (t->vcpu.in_user || (t->vcpu.state->state & L4_VCPU_F_EXCEPTIONS))) {
		vcpu_upcall(t, trapno, err, pfa);
		return;
	}
	c = handler_cap(t, t->exc_handler);
	if (!c) {
		stuck(t);
		return;
	}
	call_handler(t, c, IPC_EXCEPTION,
		     (uint64_t)L4_PROTO_EXCEPTION << L4_MSGTAG_LABEL_SHIFT |
			     L4_MSGTAG_TRANSFER_FPU | L4_UTCB_EXCEPTION_REGS_SIZE);
}

void fault_exception(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa)
{
	arch_entry(ENTRY_EXCEPTION, t, trapno, err);
	if (FAULT_ACTIVE && fault_entry(t))
		return;
	/* User mode of a vCPU may be a system that knows what to make of it. */
	if (trapno == L4_TRAP_AC && !t->vcpu.in_user && regs_allow_misaligned(t))
		return;
	exception(t, trapno, err, pfa);
}

void fault_page_fault(struct thread *t, uint64_t addr, uint64_t err)
{
	l4_utcb_layout_t *u = t->utcb;
	uint64_t word = (addr & ~7UL) | (err & (L4_PF_PRESENT | L4_PF_WRITE)) |
			(err & L4_PF_FETCH ? 4 : 0);
	struct cap *c;

	arch_entry(ENTRY_PAGE_FAULT, t, addr, err);
	event(EVENT_PAGE_FAULT, t->obj.id, addr, err);
	if (FAULT_ACTIVE && fault_entry(t))
		return;
	t->alien_pass = false;
	if (t->vcpu.state && (t->vcpu.in_user || (t->vcpu.state->state & L4_VCPU_F_PAGE_FAULTS))) {
		vcpu_upcall(t, L4_TRAP_PF, err, addr);
		return;
	}
	if (addr < USER_END && pf_tramp_enter(t, addr, err, word))
		return;
	if (t->alien || addr >= USER_END) {
		exception(t, L4_TRAP_PF, err, addr);
		return;
	}
	c = handler_cap(t, t->pager);
	if (!c) {
		t->regs.trapno = L4_TRAP_PF;
		t->regs.err = err;
		t->regs.pfa = addr;
		arch_thread_stuck(t);
		kobj_kill(&t->obj);
		return;
	}
	t->fault_addr = addr;
	t->fault_err = err;
	t->fault_save[0] = u->bdr;
	t->fault_save[1] = u->br[0];
	t->fault_save[2] = u->br[1];
	t->fault_save[3] = u->mr[0];
	t->fault_save[4] = u->mr[1];
	u->bdr = L4_BDR_FPU;
	u->br[0] = L4_ITEM_MAP;
	u->br[1] = L4_WHOLE_ADDRESS_SPACE << L4_FPAGE_ORDER_SHIFT;
	u->mr[0] = word;
	u->mr[1] = t->regs.ip;
	call_handler(t, c, IPC_PAGE_FAULT,
		     (uint64_t)L4_PROTO_PAGE_FAULT << L4_MSGTAG_LABEL_SHIFT | 2);
}

void fault_page_fault_done(struct thread *t, uint64_t tag)
{
	l4_utcb_layout_t *u = t->utcb;
	bool refused = (long)tag >> L4_MSGTAG_LABEL_SHIFT < 0;

	u->bdr = t->fault_save[0];
	u->br[0] = t->fault_save[1];
	u->br[1] = t->fault_save[2];
	u->mr[0] = t->fault_save[3];
	u->mr[1] = t->fault_save[4];
	vcpu_unmask_messages(t);
	if (tag & L4_MSGTAG_ERROR)
		refused = t->ipc.error == L4_IPC_ENOT_EXISTENT;
	if (refused)
		exception(t, L4_TRAP_PF, t->fault_err, t->fault_addr);
}

void fault_exception_done(struct thread *t, uint64_t tag)
{
	vcpu_unmask_messages(t);
	if (!(tag & L4_MSGTAG_ERROR) &&
	    (long)tag >> L4_MSGTAG_LABEL_SHIFT == L4_PROTO_ALLOW_SYSCALL)
		t->alien_pass = t->alien;
}

void fault_syscall(struct thread *t)
{
	arch_entry(ENTRY_SYSCALL, t, 0, 0);
	if (FAULT_ACTIVE && fault_entry(t))
		return;
	if (t->vcpu.in_user || (t->alien && !t->alien_pass)) {
		t->regs.ip -= 2;
		regs_syscall_frame(t);
		exception(t, L4_TRAP_SYSCALL, 0, 0);
		return;
	}
	if (t->alien) {
		t->alien_pass = false;
		t->trap_pending |= TRAP_ALIEN;
	} else {
		regs_single_step(t);
	}
	invoke_syscall(t);
}
