/* SPDX-License-Identifier: MIT */
/*
 * Threads and tasks, from factory to first instruction. Creating something takes three steps
 * that are three different rights: the factory makes an object, the object is told what it is
 * made of (a thread: which task, which UTCB, which pager), and the scheduler lets it run.
 */
#include "peer.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/program.h>
#include <stdio.h>
#include <stdlib.h>

#define PEER_PRIO 2
#define PEER_UTCB_ORDER 12

/* From the linker: our image in memory. */
extern const char __executable_start[], end[];

void must(long error, const char *step)
{
	if (error >= 0)
		return;
	printf("failed: %s: error %ld\n", step, error);
	exit(EXIT_FAILURE);
}

l4_cap_idx_t cap_alloc(void)
{
	static unsigned long next = L4_BASE_FIRST_FREE;

	return next++ << L4_CAP_SHIFT;
}

l4_utcb_t *utcb_alloc(void)
{
	static l4_addr_t next;

	for (const l4_umword_t *a = l4_program_auxv; !next && a[0]; a += 2)
		if (a[0] == AT_L4_UTCB)
			next = a[1];
	next += L4_UTCB_OFFSET;
	return (l4_utcb_t *)(next - L4_UTCB_OFFSET);
}

l4_utcb_t *peer_utcb(unsigned n)
{
	return (l4_utcb_t *)(L4_INIT_UTCB_ADDR + (l4_addr_t)n * L4_UTCB_OFFSET);
}

void peer_give_cap(l4_cap_idx_t task, l4_cap_idx_t cap, l4_cap_idx_t slot)
{
	must(l4_error(l4_task_map(task, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS),
				  l4_map_obj_control(slot, L4_MAP_ITEM_MAP))),
	     "give a capability to the task");
}

void peer_map(l4_cap_idx_t task, const volatile void *addr, size_t size, unsigned rights)
{
	l4_addr_t page = l4_trunc_page((l4_addr_t)addr), stop = (l4_addr_t)addr + size;

	for (; page < stop; page += L4_PAGESIZE) {
		/* What our pager has not given us yet cannot be passed on: touch it first. */
		(void)*(const volatile char *)page;
		must(l4_error(l4_task_map(task, L4_BASE_TASK_CAP,
					  l4_fpage(page, L4_PAGESHIFT, rights),
					  l4_map_control(page, 0, L4_MAP_ITEM_MAP))),
		     "map a page into the task");
	}
}

l4_cap_idx_t peer_task_create(void)
{
	l4_fpage_t utcbs = l4_fpage(L4_INIT_UTCB_ADDR, PEER_UTCB_ORDER, 0);
	l4_cap_idx_t task = cap_alloc();

	must(l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, task, &utcbs)), "create a task");
	peer_map(task, __executable_start, (l4_addr_t)end - (l4_addr_t)__executable_start,
		 L4_FPAGE_RX);
	return task;
}

l4_cap_idx_t peer_thread_start(l4_cap_idx_t task, l4_utcb_t *utcb, l4_cap_idx_t handler,
			       void (*entry)(void), void *stack, size_t size)
{
	l4_sched_param_t param = l4_sched_param(PEER_PRIO, 0);
	l4_cap_idx_t thread = cap_alloc();
	/* As if called: the stack is aligned before the return address is pushed. */
	l4_addr_t sp = (((l4_addr_t)stack + size) & ~15UL) - sizeof(l4_umword_t);

	must(l4_error(l4_factory_create_thread(L4_BASE_FACTORY_CAP, thread)), "create a thread");
	l4_thread_control_start();
	l4_thread_control_pager(handler);
	l4_thread_control_exc_handler(handler);
	l4_thread_control_bind(utcb, task);
	must(l4_error(l4_thread_control_commit(thread)), "bind the thread to its task");
	must(l4_error(l4_thread_ex_regs(thread, (l4_addr_t)entry, sp, 0)), "set its registers");
	must(l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &param)),
	     "let the thread run");
	return thread;
}
