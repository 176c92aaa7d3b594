/* SPDX-License-Identifier: MIT */
/* docs/interface/thread.md: what it takes to start a thread, in three steps. */
#include "manual.h"

#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

static char stack[1024] __attribute__((aligned(16)));

static void report(void)
{
	l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), l4_msgtag(42, 0, 0, 0), L4_IPC_NEVER);
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}

int example_thread(void)
{
	l4_cap_idx_t thread = cap_alloc();
	l4_sched_param_t param = l4_sched_param(2, 0);
	l4_umword_t label;
	l4_msgtag_t tag;

	if (l4_error(l4_factory_create_thread(L4_BASE_FACTORY_CAP, thread)))
		return 1;
	/* What it is made of: a task, a UTCB in that task, a pager. */
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind(utcb_alloc(), L4_BASE_TASK_CAP);
	if (l4_error(l4_thread_control_commit(thread)))
		return 2;
	/* Where it starts. The stack is aligned as at the entry of a function. */
	if (l4_error(l4_thread_ex_regs(thread, (l4_addr_t)report,
				       (l4_addr_t)stack + sizeof(stack) - 8, 0)))
		return 3;
	/* That it may run at all. */
	if (l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &param)))
		return 4;
	tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	if (l4_msgtag_label(tag) != 42)
		return 5;
	return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, thread)) ? 6 : 0;
}
