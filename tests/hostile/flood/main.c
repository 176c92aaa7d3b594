/* SPDX-License-Identifier: MIT */
/*
 * A thread that dies of an exception nobody handles, again and again: each time is worth a report
 * of the kernel, all of them are not.
 *
 *	l4ux run flood
 */
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/program.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMES 2000
#define THREAD 0x20000UL

static void victim(void)
{
	__asm__ volatile("ud2");
}

int main(void)
{
	l4_addr_t utcb = (l4_addr_t)l4_utcb() + L4_UTCB_OFFSET;
	l4_sched_param_t p = l4_sched_param(255, 0);

	for (unsigned i = 0; i < TIMES; i++) {
		if (l4_error(l4_factory_create_thread(L4_BASE_FACTORY_CAP, THREAD)) < 0) {
			printf("flood: cannot create thread %u\n", i);
			return EXIT_FAILURE;
		}
		l4_thread_control_start();
		l4_thread_control_bind((l4_utcb_t *)utcb, L4_BASE_TASK_CAP);
		l4_thread_control_commit(THREAD);
		l4_thread_ex_regs(THREAD, (l4_addr_t)victim, utcb, 0);
		/* With this priority it runs at once. */
		l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD, &p);
		l4_thread_switch(THREAD);
		l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD);
	}
	printf("ok\n");
	return EXIT_SUCCESS;
}
