// SPDX-License-Identifier: MIT
/* Threads: life and death. Their protocol is in thread_protocol.c. */
#include "thread.h"

#include "arch.h"
#include "regs.h"
#include "sched.h"
#include "task.h"
#include "vcpu.h"

#include <l4/abi/err.h>

int thread_bind(struct thread *t, struct task *task, uint64_t utcb)
{
	l4_utcb_layout_t *u = utcb & 7 ? NULL : task_ku_ptr(task, utcb, sizeof(*u));
	int e;

	if (t->task || !u || task->obj.dead)
		return -L4_EINVAL;
	t->task = task;
	e = arch_thread_init(t);
	if (e) {
		t->task = NULL;
		return e;
	}
	kobj_pin(&task->obj);
	list_add_before(&t->task_link, &task->threads);
	t->utcb = u;
	t->utcb_addr = utcb;
	u->self = utcb;
	t->regs.gs_base = utcb + L4_UTCB_SELF_OFFSET;
	sched_update(t);
	return 0;
}

void thread_unbind(struct thread *t)
{
	struct task *task = t->task;

	if (!task)
		return;
	arch_thread_fini(t);
	list_del(&t->task_link);
	if (t->vcpu.user_task)
		kobj_unpin(&t->vcpu.user_task->obj);
	t->vcpu = (struct vcpu){ 0 };
	t->pf_tramp = (struct pf_trampoline){ 0 };
	t->utcb->free_marker = 0;
	t->utcb = NULL;
	t->task = NULL;
	kobj_unpin(&task->obj);
}

void thread_start(struct thread *t, uint64_t ip, uint64_t sp)
{
	if (ip != ~0UL)
		t->regs.ip = ip;
	if (sp != ~0UL)
		t->regs.sp = sp;
	t->alive = true;
	sched_update(t);
}

bool thread_prepare(struct thread *t)
{
	bool ready;

	kobj_pin(&t->obj); /* what arrives may delete it */
	if (regs_irregular(t))
		regs_trap(t);
	if (t->vcpu.state && ipc_pending(t) && vcpu_accepts_ipc(t) && t->ipc.state == IPC_IDLE)
		ipc_deliver_pending(t);
	ipc_run_pending();
	ready = t->ipc.state == IPC_IDLE && !t->obj.dead;
	kobj_unpin(&t->obj);
	return ready;
}

static void thread_kill(struct kobj *o)
{
	struct thread *t = thread_of(o);

	ipc_detach(t);
	sched_forget(t);
	ipc_receiver_gone(t);
	ipc_sender_gone(&t->snd);
	t->alive = false;
	irq_pin_detach(&t->delete_pin);
}

static void thread_free(struct kobj *o)
{
	thread_unbind(thread_of(o));
}

static uint64_t thread_invoke(struct kobj *o, struct call *c)
{
	return thread_protocol(thread_of(o), c);
}

static const struct kobj_ops thread_ops = {
	.type = KOBJ_THREAD,
	.name = "thread",
	.size = sizeof(struct thread),
	.invoke = thread_invoke,
	.kill = thread_kill,
	.free = thread_free,
};

struct thread *thread_create(struct factory *quota)
{
	struct thread *t = kobj_create(&thread_ops, quota);

	if (!t)
		return NULL;
	list_init(&t->task_link);
	list_init(&t->ready);
	ipc_init(t);
	t->pager = t->exc_handler = ~0xfffUL;
	t->regs = (l4_exc_regs_t){
		.flags = 0x202,
		.cs = L4_USER_CS64,
		.ss = L4_USER_DS,
		.ds = L4_USER_DS,
		.es = L4_USER_DS,
	};
	sched_set_prio(t, SCHED_DEFAULT_PRIO, SCHED_DEFAULT_QUANTUM);
	return t;
}
