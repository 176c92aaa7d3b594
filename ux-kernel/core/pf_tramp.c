// SPDX-License-Identifier: MIT
/* The state is guest memory: what comes back from it is checked like any other register frame. */
#include "pf_tramp.h"

#include "call.h"
#include "fault.h"
#include "regs.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/ops.h>
#include <string.h>

bool pf_tramp_enter(struct thread *t, uint64_t addr, uint64_t err, uint64_t word)
{
	l4_pf_trampoline_t *p = t->pf_tramp.state;

	if (!t->pf_tramp.armed)
		return false;
	t->pf_tramp.armed = false;
	t->regs.trapno = L4_TRAP_PF;
	t->regs.err = err;
	t->regs.pfa = addr;
	memcpy(p->state, &t->regs, sizeof(p->state));
	p->saved_mr0 = t->utcb->mr[0];
	p->flags |= L4_PF_TRAMPOLINE_IN_PROGRESS;
	t->regs.ip = p->handler_ip;
	t->regs.rdi = t->pf_tramp.user_addr;
	t->regs.rsi = word;
	return true;
}

static uint64_t setup(struct thread *t, struct call *c)
{
	uint64_t addr = c->mr[1];
	void *p;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	p = t->task && !(addr & 7) ? task_ku_ptr(t->task, addr, sizeof(l4_pf_trampoline_t)) : NULL;
	if (!p)
		return call_result(-L4_EINVAL);
	t->pf_tramp = (struct pf_trampoline){ p, addr, true };
	return call_result(0);
}

static uint64_t resume(struct thread *t, struct call *c, bool reflect)
{
	l4_pf_trampoline_t *p = t->pf_tramp.state;
	l4_exc_regs_t frame = { 0 };
	uint64_t flags;

	if (t != c->self)
		return call_result(-L4_EPERM);
	if (!p || t->pf_tramp.armed)
		return call_result(-L4_EINVAL);
	t->pf_tramp.armed = true;
	t->utcb->mr[0] = p->saved_mr0;
	flags = p->flags;
	p->flags = flags &
		   ~(uint64_t)(L4_PF_TRAMPOLINE_IN_PROGRESS | L4_PF_TRAMPOLINE_TRIGGER_EXCEPTION);
	memcpy(&frame, p->state, sizeof(p->state));
	regs_load_frame(t, &frame);
	t->trap_pending &= ~(unsigned)TRAP_STEP;
	if (reflect)
		fault_exception(t, (unsigned)frame.trapno, frame.err, frame.pfa);
	else if (flags & L4_PF_TRAMPOLINE_TRIGGER_EXCEPTION)
		fault_exception(t, L4_TRAP_EX_REGS, 0, 0);
	return call_done(c);
}

uint64_t pf_tramp_control(struct thread *t, struct call *c)
{
	uint64_t op = c->mr[0] & ~(uint64_t)L4_THREAD_OPCODE_MASK;
	bool was;

	if (c->items)
		return call_result(-L4_EMSGTOOLONG);
	if (op > L4_THREAD_PF_TRAMP_ENABLE)
		return call_result(-L4_ENOSYS);
	if (c->words > (op == L4_THREAD_PF_TRAMP_SETUP ? 2U : 1U))
		return call_result(-L4_EMSGTOOLONG);
	switch (op) {
	case L4_THREAD_PF_TRAMP_SETUP:
		return setup(t, c);
	case L4_THREAD_PF_TRAMP_RESUME:
		return resume(t, c, false);
	case L4_THREAD_PF_TRAMP_REFLECT:
		return resume(t, c, true);
	case L4_THREAD_PF_TRAMP_DISABLE:
		was = t->pf_tramp.armed;
		t->pf_tramp.armed = false;
		c->mr[0] = was;
		return call_tag(0, 1, 0);
	default:
		if (!t->pf_tramp.state)
			return call_result(-L4_EINVAL);
		t->pf_tramp.armed = true;
		return call_result(0);
	}
}
