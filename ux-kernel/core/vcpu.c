// SPDX-License-Identifier: MIT
/*
 * The state area is guest memory: every field is read once and checked, and whether the thread is
 * in user mode is known from t->vcpu.in_user, never from the area.
 */
#include "vcpu.h"

#include "arch.h"
#include "call.h"
#include "event.h"
#include "fpu.h"
#include "ipc.h"
#include "regs.h"
#include "sched.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>
#include <string.h>

#define FRAME_SIZE offsetof(l4_exc_regs_t, fs_base)
#define SEGMENTS_SIZE (sizeof(l4_exc_regs_t) - FRAME_SIZE)
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

void vcpu_mask_messages(struct thread *t)
{
	t->vcpu.masked = t->vcpu.state && (t->vcpu.state->state & L4_VCPU_F_IRQ);
	if (t->vcpu.masked)
		t->vcpu.state->state &= ~L4_VCPU_F_IRQ;
}

void vcpu_unmask_messages(struct thread *t)
{
	if (t->vcpu.masked && t->vcpu.state)
		t->vcpu.state->state |= L4_VCPU_F_IRQ;
	t->vcpu.masked = false;
}

/* Continues in the upcall handler, whose segments are loaded already. */
static void start_handler(struct thread *t, uint64_t sp)
{
	regs_load_frame(t, &(l4_exc_regs_t){
				   .ip = t->vcpu.state->entry_ip,
				   .sp = sp,
				   .rdi = t->vcpu.user_addr,
				   .cs = L4_USER_CS64,
				   .ss = L4_USER_DS,
			   });
}

/* Leaves user mode, if that is where the thread is, and continues at the entry point. */
static void enter_kernel(struct thread *t)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	unsigned saved = v->state;
	uint64_t sp = saved & L4_VCPU_F_USER_MODE ? v->entry_sp : t->regs.sp;
	v->saved_state = saved;
	v->state = saved & ~(EVENT_FLAGS | L4_VCPU_F_USER_MODE);
	if (t->vcpu.in_user) {
		memcpy(&v->r.fs_base, &t->regs.fs_base, SEGMENTS_SIZE);
		regs_load_segments(t, &(l4_exc_regs_t){
					      .fs_base = v->host_fs_base,
					      .gs_base = v->host_gs_base,
					      .ds = v->host_ds,
					      .es = v->host_es,
					      .fs = v->host_fs,
					      .gs = v->host_gs,
				      });
		fpu_leave_user(t);
	}
	t->vcpu.in_user = false;
	start_handler(t, sp);
}

void vcpu_upcall(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa)
{
	l4_vcpu_state_t *v = t->vcpu.state;

	event(EVENT_UPCALL, t->obj.id, trapno, t->regs.ip);
	memcpy(&v->r, &t->regs, FRAME_SIZE);
	v->r.trapno = trapno;
	v->r.err = err;
	v->r.pfa = pfa;
	enter_kernel(t);
}

void vcpu_ipc_upcall(struct thread *t, uint64_t tag, uint64_t label)
{
	t->vcpu.state->i.tag = tag;
	t->vcpu.state->i.label = label;
	if (!t->vcpu.resuming)
		vcpu_upcall(t, L4_TRAP_VCPU_IPC, 0, t->vcpu.state->r.pfa);
}

uint64_t vcpu_control(struct thread *t, struct call *c)
{
	l4_vcpu_state_t *v;

	if (c->words < 2 || !c->mr[1])
		return call_result(-L4_EINVAL);
	if (c->mr[0] & L4_THREAD_VCPU_EXTENDED)
		return call_result(-L4_ENOSYS); /* it needs VMX or SVM */
	v = t->task ? task_ku_ptr(t->task, c->mr[1], L4_VCPU_STATE_SIZE) : NULL;
	if (!v || (c->mr[1] & 7))
		return call_result(-L4_EINVAL);
	t->vcpu.user_addr = c->mr[1];
	t->vcpu.state = v;
	v->version = L4_VCPU_STATE_VERSION;
	v->host_fs_base = t->regs.fs_base;
	v->host_gs_base = t->regs.gs_base;
	v->host_ds = v->host_es = v->host_fs = v->host_gs = 0;
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
	struct task *task = NULL;
	struct cap *c;

	if ((sel & 0xf) == L4_SYSF_REPLY)
		user_task_drop(t);
	if ((sel & 0xf) || (sel & L4_INVALID_CAP_BIT))
		return 0;
	c = cap_lookup(&t->task->caps, sel >> L4_CAP_SHIFT);
	if (c && c->obj->ops->type == KOBJ_TASK) {
		if (!(c->rights & CAP_S))
			return -L4_EPERM;
		task = task_of(kobj_pin(c->obj));
	}
	user_task_drop(t);
	t->vcpu.user_task = task;
	v->user_task = sel | L4_SYSF_SEND;
	return 0;
}

/* Typed items of the resume message go into the user task. 0 or an enum l4_ipc_error. */
static unsigned map_items(struct thread *t, struct call *c)
{
	struct task *user = t->vcpu.user_task;
	unsigned e = 0;

	/* A capability that arrives replaces another one, and with it perhaps both of us. */
	kobj_pin(&user->obj);
	user->space.wanted_by = &t->task->space;
	for (unsigned i = 0, pos = c->words; !e && i < c->items && pos + 2 <= 63; i++, pos += 2) {
		uint64_t w0 = c->mr[pos];

		e = w0 ? ipc_map_item(t, user, w0, c->mr[pos + 1]) : 0;
		if (t->obj.dead)
			break;
	}
	user->space.wanted_by = NULL;
	kobj_unpin(&user->obj);
	return e;
}

/* A message that waited for this moment interrupts at once, before anything is loaded. */
static bool receive_first(struct thread *t)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	uint64_t sp = v->saved_state & L4_VCPU_F_USER_MODE ? v->entry_sp : v->r.sp;

	if (!(v->saved_state & L4_VCPU_F_IRQ) || !(v->sticky_flags & L4_VCPU_SF_IRQ_PENDING))
		return false;
	v->i.tag |= L4_MSGTAG_ERROR;
	t->utcb->error = L4_IPC_RETIMEOUT;
	t->vcpu.resuming = true;
	ipc_deliver_pending(t);
	t->vcpu.resuming = false;
	if (t->obj.dead)
		return true;
	if ((v->i.tag & L4_MSGTAG_ERROR) && t->utcb->error != L4_IPC_RETIMEOUT)
		return false;
	v->r.trapno = L4_TRAP_VCPU_IPC;
	v->r.err = 0;
	start_handler(t, sp);
	return true;
}

/* The state area says that user mode is next. */
static void enter_user(struct thread *t)
{
	l4_vcpu_state_t *v = t->vcpu.state;

	if (v->state & L4_VCPU_F_FPU_ENABLED)
		fpu_enter_user(t);
	v->state |= EVENT_FLAGS;
	t->vcpu.in_user = true;
	regs_load_segments(t, &v->r);
}

static void resume_event(const struct thread *t)
{
	event(EVENT_RESUME, t->obj.id, t->vcpu.in_user ? t->vcpu.user_task->obj.id : 0, t->regs.ip);
}

void vcpu_found_in_user(struct thread *t, struct task *user)
{
	kobj_pin(&user->obj);
	user_task_drop(t);
	t->vcpu.user_task = user;
	t->vcpu.state->state = t->vcpu.state->saved_state | L4_VCPU_F_USER_MODE;
	enter_user(t);
	regs_load_frame(t, &t->vcpu.state->r);
	resume_event(t);
}

uint64_t vcpu_resume(struct thread *t, struct call *c)
{
	l4_vcpu_state_t *v = t->vcpu.state;
	unsigned e;
	int err;

	if (t != c->self || !v)
		return call_result(-L4_EINVAL);
	err = user_task_update(t);
	if (err)
		return call_result(err);
	if (t->vcpu.user_task && t->vcpu.user_task->obj.dead)
		user_task_drop(t);
	e = t->vcpu.user_task ? map_items(t, c) : 0;
	if (t->obj.dead)
		return call_done(c);
	if (e)
		return call_ipc_error(c, e);
	if (receive_first(t))
		return call_done(c);
	v->state = v->saved_state;
	if (v->state & L4_VCPU_F_USER_MODE) {
		if (!t->vcpu.user_task)
			return call_result(-L4_ENOENT);
		enter_user(t);
	}
	regs_load_frame(t, &v->r);
	resume_event(t);
	t->trap_pending &= ~(unsigned)TRAP_STEP;
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

/* The task at selector @sel, which @t may run. 0 or a negative error. */
static int user_task_at(const struct thread *t, uint64_t sel, struct task **task)
{
	struct cap *c = sel & L4_INVALID_CAP_BIT ? NULL
						 : cap_lookup(&t->task->caps, sel >> L4_CAP_SHIFT);

	if (!c || c->obj->ops->type != KOBJ_TASK)
		return -L4_ENOENT;
	*task = task_of(c->obj);
	return c->rights & CAP_S ? 0 : -L4_EPERM;
}

uint64_t vcpu_fpu(struct thread *t, struct call *c)
{
	void *save, *load = NULL;
	struct task *task;
	int e;

	if (t != c->self || !t->vcpu.state || c->words < 4)
		return call_result(-L4_EINVAL);
	t->vcpu.fpu_apart = true;
	if (c->mr[2] || c->mr[3]) {
		e = user_task_at(t, c->mr[1], &task);
		if (!e)
			e = fpu_area(t, c->mr[2], &save);
		if (!e && c->mr[3] != L4_UX_FPU_INIT)
			e = fpu_area(t, c->mr[3], &load);
		if (!e)
			e = arch_fpu(t, &task->space, save,
				     c->mr[3] == L4_UX_FPU_INIT ? ARCH_FPU_INIT : load);
		if (e)
			return call_result(e);
	}
	c->mr[0] = arch_fpu_size();
	return call_tag(0, 1, 0);
}

uint64_t vcpu_call(struct thread *t, struct call *c)
{
	struct task *task;
	int e;

	if (t != c->self || !t->vcpu.state || c->words < 2)
		return call_result(-L4_EINVAL);
	if (c->mr[1] & L4_INVALID_CAP_BIT) {
		t->vcpu.partial = true;
		return call_result(0);
	}
	e = user_task_at(t, c->mr[1], &task);
	if (!e && (task == t->task || !arch_user_is_at_call(t, &task->space)))
		e = -L4_ENOENT;
	if (e)
		return call_result(e);
	vcpu_found_in_user(t, task);
	arch_user_call(t);
	return call_done(c);
}
