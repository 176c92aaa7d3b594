// SPDX-License-Identifier: MIT
/* The thread protocol, label -12 (ABI reference 7.3). */
#include "arch.h"
#include "call.h"
#include "irq_pin.h"
#include "pf_tramp.h"
#include "regs.h"
#include "sched.h"
#include "task.h"
#include "thread.h"
#include "vcpu.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>

static uint64_t control_bind(struct thread *t, struct call *c, uint64_t utcb, bool *failed)
{
	struct cap *cap;
	int e = call_object(c, 0, KOBJ_TASK, &cap);

	*failed = true;
	if (e)
		return call_object_error(c, e);
	if (!(cap->rights & CAP_S))
		return call_result(-L4_EPERM);
	e = thread_bind(t, task_of(cap->obj), utcb);
	*failed = e;
	return call_result(e);
}

/* Pager and handler are stored as given; all ones below the index means "never set". */
static uint64_t selector_swap(uint64_t *old, uint64_t new, bool set)
{
	uint64_t was = *old;

	if (set)
		*old = new &L4_INVALID_CAP_BIT ? ~0xfffUL : new & ~0xfffUL;
	return was;
}

static void set_alien(struct thread *t, bool on)
{
	t->alien = on;
	if (on)
		t->alien_pass = false;
}

static uint64_t thread_control(struct thread *t, struct call *c)
{
	uint64_t flags = c->mr[0], pager = c->mr[1], handler = c->mr[2], values = c->mr[4];

	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	if (c->words < 6)
		return call_result(-L4_EINVAL);
	if (flags & L4_THREAD_CONTROL_BIND_TASK) {
		bool failed;
		uint64_t r = control_bind(t, c, c->mr[5], &failed);

		if (failed)
			return r;
	}
	c->mr[1] = selector_swap(&t->pager, pager, flags & L4_THREAD_CONTROL_SET_PAGER);
	c->mr[2] = selector_swap(&t->exc_handler, handler,
				 flags & L4_THREAD_CONTROL_SET_EXC_HANDLER);
	if (flags & L4_THREAD_CONTROL_ALIEN)
		set_alien(t, values & L4_THREAD_CONTROL_ALIEN);
	return call_tag(0, 3, 0);
}

static uint64_t thread_ex_regs(struct thread *t, struct call *c)
{
	uint64_t flags = c->mr[0], ip = c->mr[1], sp = c->mr[2];
	bool in_exception = t->ipc.state == IPC_STUCK ||
			    (t->ipc.kind == IPC_EXCEPTION && t->ipc.state != IPC_IDLE);

	if (c->words != 3)
		return call_result(-L4_EINVAL);
	c->mr[0] = t->regs.flags;
	c->mr[1] = t->regs.ip;
	c->mr[2] = t->regs.sp;
	if (in_exception && !(flags & L4_THREAD_EX_REGS_CANCEL))
		return call_tag(0, 3, 0);
	if (flags & 0xff000000UL)
		return call_result(-L4_EINVAL);
	if (flags & L4_THREAD_EX_REGS_CANCEL)
		ipc_cancel(t);
	if (flags & L4_THREAD_EX_REGS_TRIGGER_EXCEPTION)
		t->trap_pending |= TRAP_EX_REGS;
	thread_start(t, ip, sp);
	/* The answer of a call on oneself is written to the new registers. */
	return call_tag(0, 3, 0);
}

static uint64_t register_delete_irq(struct thread *t, struct call *c)
{
	struct irq_base *i;
	uint64_t answer;

	if (!irq_item(c, &i, &answer))
		return answer;
	return call_result(irq_pin_attach(&t->delete_pin, i) ? 0 : -L4_EBUSY);
}

/* Rewrites the labels of queued senders: groups of mask, match, delete bits, add bits. */
static uint64_t modify_senders(struct thread *t, struct call *c)
{
	if (!t->on_cpu)
		return call_result(-L4_EINVAL);
	list_for_each(it, &t->ipc.senders) {
		struct sender *s = list_entry(it, struct sender, link);

		for (unsigned i = 1; i + 4 <= c->words; i += 4) {
			if ((s->label & c->mr[i]) != c->mr[i + 1])
				continue;
			s->label = (s->label & ~c->mr[i + 2]) | c->mr[i + 3];
			break;
		}
	}
	return call_result(0);
}

static uint64_t set_segment_base(struct thread *t, struct call *c)
{
	uint64_t base;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	base = c->mr[1];
	if ((int64_t)(base << 16) >> 16 != (int64_t)base)
		return call_result(-L4_EINVAL);
	switch (c->mr[0] >> 16) {
	case L4_AMD64_SEGMENT_FS:
		t->regs.fs = 0;
		t->regs.fs_base = base;
		return call_result(0);
	case L4_AMD64_SEGMENT_GS:
		t->regs.gs = 0;
		t->regs.gs_base = base;
		return call_result(0);
	default:
		return call_result(-L4_EINVAL);
	}
}

static uint64_t segment_info(struct call *c)
{
	c->mr[0] = L4_USER_DS;
	c->mr[1] = L4_USER_CS64;
	c->mr[2] = L4_USER_CS32;
	return call_tag(0, 3, 0);
}

uint64_t thread_protocol(struct thread *t, struct call *c)
{
	unsigned op;

	if (c->label != L4_PROTO_THREAD)
		return call_result(-L4_EBADPROTO);
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	op = c->mr[0] & L4_THREAD_OPCODE_MASK;
	switch (op) {
	case L4_THREAD_VCPU_RESUME_OP:
		return vcpu_resume(t, c);
	case L4_THREAD_SWITCH_OP:
		if (t != c->self && !list_empty(&t->ready))
			sched_switch_to(t);
		return call_result(0);
	case L4_UX_THREAD_VCPU_FPU_OP:
		return vcpu_fpu(t, c);
	case L4_UX_THREAD_VCPU_CALL_OP:
		return vcpu_call(t, c);
	case L4_THREAD_SEGMENT_INFO_OP:
		return segment_info(c);
	case L4_THREAD_CONTROL_OP:
		return thread_control(t, c);
	case L4_THREAD_EX_REGS_OP:
		return thread_ex_regs(t, c);
	case L4_THREAD_STATS_OP:
		c->mr[0] = sched_time(t, arch_now());
		return call_tag(0, 1, 0);
	case L4_THREAD_REGISTER_DELETE_IRQ_OP:
		return register_delete_irq(t, c);
	case L4_THREAD_MODIFY_SENDER_OP:
		return modify_senders(t, c);
	case L4_THREAD_VCPU_CONTROL_OP:
		return vcpu_control(t, c);
	case L4_THREAD_PF_TRAMP_OP:
		return pf_tramp_control(t, c);
	case L4_THREAD_X86_GDT_OP:
		return segment_control(t, c);
	case L4_THREAD_SET_SEGMENT_BASE_OP:
		return set_segment_base(t, c);
	default:
		return call_result(-L4_ENOSYS);
	}
}
