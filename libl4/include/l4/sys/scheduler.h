/* SPDX-License-Identifier: MIT */
/*
 * Scheduler object: CPU and priority of threads. Rights and errors of each operation:
 * l4/abi/scheduler.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys scheduler.h.
 */
#ifndef L4_SYS_SCHEDULER_H
#define L4_SYS_SCHEDULER_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* A set of CPUs: bit n of map stands for 2^granularity CPUs from offset + (n << granularity). */
typedef struct l4_sched_cpu_set_t {
	l4_umword_t gran_offset; /* granularity << 24 | offset */
	l4_umword_t map;         /* bit n: see above */
} l4_sched_cpu_set_t;

/* How a thread is scheduled. */
typedef struct l4_sched_param_t {
	l4_sched_cpu_set_t affinity; /* where it may run */
	l4_umword_t prio;            /* 1..255, higher runs first */
	l4_umword_t quantum;         /* time slice in microseconds, 0: the kernel's default */
} l4_sched_param_t;

/* Makes a set of CPUs. */
static inline l4_sched_cpu_set_t l4_sched_cpu_set(l4_umword_t offset, unsigned char granularity,
						  l4_umword_t map)
{
	return (l4_sched_cpu_set_t){ (l4_umword_t)granularity << 24 | offset, map };
}

/* Parameters for any CPU. */
static inline l4_sched_param_t l4_sched_param(unsigned prio, l4_umword_t quantum)
{
	return (l4_sched_param_t){ { 0xffUL << 24, 1 }, prio, quantum };
}

/* Lets a thread run with these parameters; also changes those of a running one. */
static inline l4_msgtag_t l4_scheduler_run_thread(l4_cap_idx_t scheduler, l4_cap_idx_t thread,
						  l4_sched_param_t const *sp)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_SCHEDULER, 5, 0, 0);

	mr[0] = L4_SCHEDULER_RUN_THREAD_OP;
	mr[1] = sp->affinity.gran_offset;
	mr[2] = sp->affinity.map;
	mr[3] = sp->prio;
	mr[4] = sp->quantum;
	l4_ipc_put_cap(&tag, thread, u);
	return l4_ipc_kcall(scheduler, tag, u);
}

/*
 * CPUs from cpus->gran_offset on: *cpu_max largest number of CPUs, cpus->map those present,
 * *sched_classes bit 1: fixed priorities. Pointers but cpus may be NULL. -L4_ERANGE.
 */
static inline l4_msgtag_t l4_scheduler_info(l4_cap_idx_t scheduler, l4_umword_t *cpu_max,
					    l4_sched_cpu_set_t *cpus, l4_umword_t *sched_classes)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_SCHEDULER_INFO_OP;
	mr[1] = cpus->gran_offset;
	tag = l4_ipc_kcall(scheduler, l4_msgtag(L4_PROTO_SCHEDULER, 2, 0, 0), u);
	cpus->map = mr[0];
	if (cpu_max)
		*cpu_max = mr[1];
	if (sched_classes)
		*sched_classes = mr[2];
	return tag;
}

/* Time the CPUs of the set were idle, in microseconds. */
static inline l4_msgtag_t l4_scheduler_idle_time(l4_cap_idx_t scheduler,
						 l4_sched_cpu_set_t const *cpus,
						 l4_kernel_clock_t *us)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_SCHEDULER_IDLE_TIME_OP;
	mr[1] = cpus->gran_offset;
	mr[2] = cpus->map;
	tag = l4_ipc_kcall(scheduler, l4_msgtag(L4_PROTO_SCHEDULER, 3, 0, 0), u);
	*us = mr[0];
	return tag;
}

#endif
