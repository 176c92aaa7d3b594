/* SPDX-License-Identifier: MIT */
/* docs/interface/scheduler.md: which CPUs there are, and another priority for ourselves. */
#include "manual.h"

#include <l4/sys/scheduler.h>

int example_scheduler(void)
{
	l4_sched_cpu_set_t cpus = l4_sched_cpu_set(0, 0, 0);
	l4_sched_param_t param = l4_sched_param(3, 0);
	l4_umword_t most, classes;

	if (l4_error(l4_scheduler_info(L4_BASE_SCHEDULER_CAP, &most, &cpus, &classes)))
		return 1;
	if (!(cpus.map & 1) || !(classes & 2))
		return 2;
	if (l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP, &param)))
		return 3;
	param.prio = 0;
	return l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP,
						&param)) == -L4_EINVAL
		       ? 0
		       : 4;
}
