// SPDX-License-Identifier: MIT
/* CPU placement. */
#define _GNU_SOURCE
#include "pin.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TASK_SLICE_NS 1000000UL /* a third of the host's default */

/* The host's; its header does not go with that of the C library. */
struct host_sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static cpu_set_t others; /* what we could use before, but for the one chosen */

void pin_away(void)
{
	if (CPU_COUNT(&others))
		sched_setaffinity(0, sizeof(others), &others);
}

int pin_cpu(int cpu)
{
	cpu_set_t set;

	if (cpu == PIN_NONE)
		return 0;
	/* The host's scheduler has just placed us on its least busy CPU, as it does at exec. */
	if (cpu == PIN_AUTO)
		cpu = sched_getcpu();
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return -EINVAL;
	if (sched_getaffinity(0, sizeof(others), &others) < 0)
		CPU_ZERO(&others);
	CPU_CLR(cpu, &others);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? -errno : 0;
}

void pin_policy(void)
{
	int policy = sched_getscheduler(0);
	struct sched_param p;

	if ((policy == SCHED_FIFO || policy == SCHED_RR) && !sched_getparam(0, &p))
		sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &p);
}

void pin_task(pid_t pid)
{
	struct host_sched_attr a;

	if (syscall(SYS_sched_getattr, pid, &a, sizeof(a), 0) < 0 || a.policy != SCHED_OTHER)
		return;
	a.runtime = TASK_SLICE_NS; /* older hosts take no notice */
	syscall(SYS_sched_setattr, pid, &a, 0);
}
