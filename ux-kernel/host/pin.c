// SPDX-License-Identifier: MIT
/* CPU placement. */
#define _GNU_SOURCE
#include "pin.h"

#include <errno.h>
#include <sched.h>

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
