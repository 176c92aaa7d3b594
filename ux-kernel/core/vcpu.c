// SPDX-License-Identifier: MIT
/*
 * The state area is guest memory: every field is read once and checked, and whether the thread is
 * in user mode is known from t->vcpu.in_user, never from the area.
 */
#include "vcpu.h"

#include "arch.h"
#include "call.h"
#include "ipc.h"
#include "sched.h"
#include "task.h"
#include "thread.h"
#include "mapdb.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>

#define EVENT_FLAGS (L4_VCPU_F_IRQ | L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS)

bool vcpu_accepts_ipc(const struct thread *t)
{
	return t->vcpu.state && t->alive && (t->vcpu.state->state & L4_VCPU_F_IRQ);
}

void vcpu_note_pending(struct thread *t)
{
	if (!t->vcpu.state)
		return;
	if (ipc_pending(t))
		t->vcpu.state->sticky_flags |= L4_VCPU_SF_IRQ_PENDING;
	else
		t->vcpu.state->sticky_flags &= ~L4_VCPU_SF_IRQ_PENDING;
}

void vcpu_upcall(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	unsigned saved = v->state & ~L4_VCPU_F_USER_MODE;
	uint64_t sp = t->regs.sp;

	if (t->vcpu.in_user) {
		saved |= L4_VCPU_F_USER_MODE;
		sp = v->entry_sp;
	}
	v->r = t->regs;
	v->r.trapno = trapno;
	v->r.err = err;
	v->r.pfa = pfa;
	v->saved_state = saved;
	v->state = saved & ~(EVENT_FLAGS | L4_VCPU_F_USER_MODE);
	t->vcpu.in_user = false;
	t->regs = (l4_exc_regs_t){
		.ip = v->entry_ip,
		.sp = sp,
		.rdi = t->vcpu.user_addr,
		.flags = 0x202,
		.cs = L4_USER_CS64,
		.ss = L4_USER_DS,
		.fs_base = v->host_fs_base,
		.gs_base = v->host_gs_base,
	};
	thread_regs_sanitize(&t->regs);
}

void vcpu_ipc_upcall(struct thread *t, uint64_t tag, uint64_t label)
{
	t->vcpu.state->i.tag = tag;
	t->vcpu.state->i.label = label;
	vcpu_upcall(t, L4_TRAP_VCPU_IPC, 0, 0);
}

uint64_t vcpu_control(struct thread *t, struct call *c)
{
	l4_vcpu_state_t *v;

	if (c->words < 2)
		return call_result(-L4_EINVAL);
	if (c->mr[0] >> 16 & 1)
		return call_result(-L4_ENODEV); /* extended mode needs VMX or SVM */
	v = t->task ? task_ku_ptr(t->task, c->mr[1], L4_VCPU_STATE_SIZE) : NULL;
	if (!v || (c->mr[1] & 7))
		return call_result(-L4_EINVAL);
	t->vcpu.user_addr = c->mr[1];
	t->vcpu.state = v;
	v->version = L4_VCPU_STATE_VERSION;
	v->host_fs_base = t->regs.fs_base;
	v->host_gs_base = t->regs.gs_base;
	v->user_ds32 = L4_USER_DS;
	v->user_cs64 = L4_USER_CS64;
	v->user_cs32 = L4_USER_CS32;
	vcpu_note_pending(t);
	return call_result(0);
}

static void user_task_drop(struct thread *t)
{
	if (t->vcpu.user_task)
		kobj_unpin(&t->vcpu.user_task->obj);
	t->vcpu.user_task = NULL;
}

/* Looks up and caches the task named in the state area. 0 or negative error. */
static int user_task_update(struct thread *t)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	uint64_t sel = v->user_task;
	struct cap *c;

	if ((sel & 0xf) == L4_SYSF_REPLY) {
		user_task_drop(t);
		return 0;
	}
	if ((sel & 0xf) || (sel & L4_INVALID_CAP_BIT))
		return 0;
	c = cap_lookup(&t->task->caps, sel >> L4_CAP_SHIFT);
	if (!c || c->obj->ops->type != KOBJ_TASK)
		return -L4_ENOENT;
	if (!(c->rights & CAP_S))
		return -L4_EPERM;
	if (t->vcpu.user_task != task_of(c->obj)) {
		kobj_pin(c->obj);
		user_task_drop(t);
		t->vcpu.user_task = task_of(c->obj);
	}
	v->user_task = sel | L4_SYSF_SEND;
	return 0;
}

/* Typed items of the resume message go into the user task. */
static int map_items(struct thread *t, struct call *c)
{
	for (unsigned i = 0, pos = c->words; i < c->items && pos + 2 <= 63; i++, pos += 2) {
		uint64_t w0 = c->mr[pos], fp = c->mr[pos + 1];
		int e;

		if (!(w0 & L4_ITEM_MAP) || fpage_type(fp) != L4_FPAGE_MEMORY)
			continue;
		e = mapdb_map(&t->task->space, &t->vcpu.user_task->space,
			      map_range_fit(fpage_addr(fp), fpage_order(fp), 0, 62, w0 & ~0xfffUL),
			      fpage_rights(fp), w0 & L4_MAP_ITEM_GRANT);
		if (e < 0)
			return e;
	}
	return 0;
}

uint64_t vcpu_resume(struct thread *t, struct call *c)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	unsigned saved;
	int e;

	if (t != c->self || !v)
		return call_result(-L4_EINVAL);
	e = user_task_update(t);
	if (e)
		return call_result(e);
	if (t->vcpu.user_task && t->vcpu.user_task->obj.dead)
		user_task_drop(t);
	if (c->items) {
		if (!t->vcpu.user_task)
			return call_result(-L4_ENOENT);
		e = map_items(t, c);
		if (e < 0)
			return call_ipc_error(c, L4_IPC_SEMAPFAILED);
	}
	saved = v->saved_state;
	if ((saved & L4_VCPU_F_USER_MODE) && !t->vcpu.user_task)
		return call_result(-L4_ENOENT);
	v->state = saved;
	t->regs = v->r;
	thread_regs_sanitize(&t->regs);
	t->vcpu.in_user = saved & L4_VCPU_F_USER_MODE;
	if (t->vcpu.in_user) {
		v->state |= EVENT_FLAGS;
	} else {
		t->regs.fs_base = v->host_fs_base;
		t->regs.gs_base = v->host_gs_base;
	}
	/* A message that waited for this moment interrupts at once. */
	if (saved & L4_VCPU_F_IRQ)
		ipc_deliver_pending(t);
	return call_done(c);
}

static int fpu_area(struct thread *t, uint64_t addr, void **ptr)
{
	*ptr = NULL;
	if (!addr)
		return 0;
	if (addr & 63)
		return -L4_EINVAL;
	*ptr = task_ku_ptr(t->task, addr, arch_fpu_size());
	return *ptr ? 0 : -L4_EINVAL;
}

uint64_t vcpu_fpu(struct thread *t, struct call *c)
{
	void *save, *load = NULL;
	struct cap *cap;
	int e;

	if (t != c->self || !t->vcpu.state || c->words < 4)
		return call_result(-L4_EINVAL);
	if (c->mr[2] || c->mr[3]) {
		cap = c->mr[1] & L4_INVALID_CAP_BIT
			      ? NULL
			      : cap_lookup(&t->task->caps, c->mr[1] >> L4_CAP_SHIFT);
		if (!cap || cap->obj->ops->type != KOBJ_TASK)
			return call_result(-L4_ENOENT);
		if (!(cap->rights & CAP_S))
			return call_result(-L4_EPERM);
		e = fpu_area(t, c->mr[2], &save);
		if (!e && c->mr[3] != L4_UX_FPU_INIT)
			e = fpu_area(t, c->mr[3], &load);
		if (!e)
			e = arch_vcpu_fpu(t, &task_of(cap->obj)->space, save,
					  c->mr[3] == L4_UX_FPU_INIT ? ARCH_FPU_INIT : load);
		if (e)
			return call_result(e);
	}
	c->mr[0] = arch_fpu_size();
	return call_tag(0, 1, 0);
}
