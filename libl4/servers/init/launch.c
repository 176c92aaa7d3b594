/* SPDX-License-Identifier: MIT */
/* Task, gate and thread of a program. */
#include "launch.h"

#include "layout.h"

#include <l4/sys/debugger.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

/*
 * Copies one of our capabilities to the same or another slot of the program. One that we have not
 * got, as the IOMMU of a system without devices, it does not get either.
 */
static long cap_give(struct program *p, l4_cap_idx_t from, l4_cap_idx_t to)
{
	return l4_error(l4_task_map(p->task, L4_BASE_TASK_CAP,
				    l4_obj_fpage(from, 0, L4_CAP_FPAGE_RWSD),
				    l4_map_obj_control(to, L4_MAP_ITEM_MAP)));
}

static long caps_give(struct program *p)
{
	static const l4_cap_idx_t shared[] = { L4_BASE_FACTORY_CAP,  L4_BASE_LOG_CAP,
					       L4_BASE_ICU_CAP,      L4_BASE_SCHEDULER_CAP,
					       L4_BASE_DEBUGGER_CAP, L4_BASE_IOMMU_CAP };
	long e = cap_give(p, p->task, L4_BASE_TASK_CAP);

	if (e >= 0)
		e = cap_give(p, p->thread, L4_BASE_THREAD_CAP);
	if (e >= 0)
		e = cap_give(p, p->gate, L4_BASE_PAGER_CAP);
	for (size_t i = 0; e >= 0 && i < sizeof(shared) / sizeof(shared[0]); i++)
		e = cap_give(p, shared[i], shared[i]);
	return e;
}

static long objects_create(struct program *p, l4_umword_t label)
{
	l4_fpage_t utcbs = l4_fpage(L4_INIT_UTCB_ADDR, L4_INIT_UTCB_ORDER, 0);
	long e = l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, p->task, &utcbs));

	if (e >= 0)
		e = l4_error(l4_factory_create_thread(L4_BASE_FACTORY_CAP, p->thread));
	if (e >= 0)
		e = l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, p->gate,
						    L4_BASE_THREAD_CAP, label));
	if (e >= 0) {
		l4_debugger_set_object_name(p->task, p->name);
		l4_debugger_set_object_name(p->thread, p->name);
	}
	return e;
}

static long thread_run(struct program *p, uint64_t ip, uint64_t sp, unsigned prio)
{
	l4_sched_param_t param = l4_sched_param(prio, 0);
	long e;

	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)L4_INIT_UTCB_ADDR, p->task);
	e = l4_error(l4_thread_control_commit(p->thread));
	if (e >= 0)
		e = l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, p->thread, &param));
	if (e >= 0)
		e = l4_error(l4_thread_ex_regs(p->thread, ip, sp, 0));
	return e;
}

long launch(struct program *p, l4_umword_t label, uint64_t ip, uint64_t sp, unsigned prio)
{
	long e = objects_create(p, label);

	if (e >= 0)
		e = caps_give(p);
	if (e >= 0)
		e = thread_run(p, ip, sp, prio);
	return e;
}
