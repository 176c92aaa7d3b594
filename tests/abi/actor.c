/* SPDX-License-Identifier: MIT */
/* Threads of the test's own task. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>
#include <stdio.h>
#include <stdlib.h>

#define ACTOR_PRIO 10

static char stacks[ACTORS][8192] __attribute__((aligned(16)));

static void must(l4_msgtag_t tag, const char *what)
{
	long err = l4_error(tag);

	if (err >= 0)
		return;
	printf("Bail out! cannot %s: %ld\n", what, err);
	exit(EXIT_FAILURE);
}

l4_addr_t actor_stack(unsigned n)
{
	return (l4_addr_t)stacks[n + 1] - sizeof(l4_umword_t);
}

void actor_create(unsigned n, l4_cap_idx_t pager, l4_cap_idx_t handler)
{
	l4_sched_param_t param = l4_sched_param(ACTOR_PRIO, 0);

	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, ACTOR(n)), "create a thread");
	l4_thread_control_start();
	l4_thread_control_pager(pager);
	l4_thread_control_exc_handler(handler);
	l4_thread_control_bind((l4_utcb_t *)ACTOR_UTCB(n), L4_BASE_TASK_CAP);
	must(l4_thread_control_commit(ACTOR(n)), "bind a thread");
	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, ACTOR(n), &param), "schedule a thread");
}

void actor_start(unsigned n, void (*entry)(void))
{
	actor_create(n, L4_BASE_PAGER_CAP, L4_BASE_THREAD_CAP);
	must(l4_thread_ex_regs(ACTOR(n), (l4_addr_t)entry, actor_stack(n), 0), "start a thread");
	/* ex_regs need not give up the CPU to a thread of higher priority. */
	tap_settle();
}

void actor_end(unsigned n)
{
	abi_drop(ACTOR(n), L4_FP_DELETE_OBJ);
}

void actor_stop(void)
{
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}
