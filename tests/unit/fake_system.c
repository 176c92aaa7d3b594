// SPDX-License-Identifier: MIT
/* Tasks and threads to test with. */
#include "fake_system.h"

#include "core/invoke.h"
#include "core/sched.h"

struct task *fake_task(struct factory *f)
{
	uint64_t area = UTCB_BASE | 1 << 4 | 13 << 6;
	struct task *t = task_create(f);

	assert_non_null(t);
	assert_int_equal(task_add_ku_mem(t, &area), 0);
	fake_give(t, 1, &t->obj, CAP_ALL);
	return t;
}

struct thread *fake_thread(struct factory *f, struct task *task, unsigned n, unsigned slot)
{
	struct thread *t = thread_create(f);

	assert_non_null(t);
	assert_int_equal(thread_bind(t, task, UTCB_BASE + n * 1024), 0);
	fake_give(task, slot, &t->obj, CAP_ALL);
	kobj_unpin(&t->obj);
	t->on_cpu = true;
	thread_start(t, 0x1000, 0x2000);
	return t;
}

uint64_t fake_syscall(struct thread *t, uint64_t dest, uint64_t tag, uint32_t timeouts)
{
	t->regs.rdx = dest;
	t->regs.rax = tag;
	t->regs.r8 = timeouts;
	invoke_syscall(t);
	ipc_run_pending();
	return t->regs.rax;
}

void fake_give(struct task *task, unsigned slot, struct kobj *o, unsigned rights)
{
	assert_int_equal(cap_insert(task, slot, o, rights), 0);
}

void fake_end(struct task *task)
{
	kobj_kill(&task->obj);
	kobj_unpin(&task->obj);
}
