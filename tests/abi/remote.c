/* SPDX-License-Identifier: MIT */
/* A task that shares our image, and threads in it. */
#include "remote.h"

#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

extern char __executable_start[], _end[];

void remote_task(l4_cap_idx_t task)
{
	l4_fpage_t utcbs = l4_fpage(REMOTE_UTCBS, 12, L4_FPAGE_RW);
	l4_addr_t page = (l4_addr_t)__executable_start & ~0xfffUL;

	tap_is(l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, task, &utcbs)), 0,
	       "create another task");
	for (; page < (l4_addr_t)_end; page += 4096) {
		(void)*(volatile char *)page;
		l4_task_map(task, L4_BASE_TASK_CAP, l4_fpage(page, 12, L4_FPAGE_RWX),
			    page | L4_ITEM_MAP);
	}
}

void remote_give(l4_cap_idx_t task, l4_cap_idx_t cap, unsigned attributes)
{
	l4_task_map(task, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWSD),
		    cap | attributes | L4_ITEM_MAP);
}

void remote_start(l4_cap_idx_t task, unsigned n, void (*entry)(void))
{
	l4_sched_param_t param = l4_sched_param(10, 0);

	l4_factory_create_thread(L4_BASE_FACTORY_CAP, ACTOR(n));
	l4_thread_control_start();
	l4_thread_control_pager(L4_INVALID_CAP);
	l4_thread_control_exc_handler(L4_INVALID_CAP);
	l4_thread_control_bind((l4_utcb_t *)(REMOTE_UTCBS + n * L4_UTCB_OFFSET), task);
	tap_is(l4_error(l4_thread_control_commit(ACTOR(n))), 0, "bind a thread to another task");
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, ACTOR(n), &param);
	l4_thread_ex_regs(ACTOR(n), (l4_addr_t)entry, actor_stack(n), 0);
	tap_settle();
}
