/* SPDX-License-Identifier: MIT */
/*
 * Operations of the scheduler, label L4_PROTO_SCHEDULER; it is an interrupt controller too
 * (icu.h): pin 0 is for CPUs that come and go, which none does here.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys scheduler.h.
 */
#ifndef L4_ABI_SCHEDULER_H
#define L4_ABI_SCHEDULER_H

enum l4_scheduler_op {
	/*
	 * CPUs and scheduling classes.
	 * In: MR1 granularity << 24 | first CPU.
	 * Out: MR0 bitmap of CPUs, MR1 most CPUs there can be, MR2 classes, bit 1: fixed
	 * priorities.
	 * Errors: -L4_ERANGE: no such CPU, -L4_EMSGTOOSHORT.
	 */
	L4_SCHEDULER_INFO_OP = 0,
	/*
	 * Lets a thread run, or changes how it does; without a CPU of ours in the set it stops.
	 * In: MR1 granularity << 24 | first CPU, MR2 bitmap of CPUs, MR3 priority 1..255,
	 * MR4 time slice in microseconds, 0: the usual one; item: thread. In the general form MR3
	 * is a class, -1 for fixed priorities, MR4 the length in bytes from MR1 on, here 48, MR5
	 * the time slice, MR6 the priority.
	 * Errors: -L4_EINVAL: words, length, priority, thread; -L4_ERANGE: class.
	 */
	L4_SCHEDULER_RUN_THREAD_OP = 1,
	/*
	 * Time CPUs had nothing to do.
	 * In: MR1 granularity << 24 | first CPU, MR2 bitmap of CPUs.
	 * Out: MR0 microseconds.
	 * Errors: -L4_EINVAL: no CPU, -L4_EMSGTOOSHORT.
	 */
	L4_SCHEDULER_IDLE_TIME_OP = 2,
};

#define L4_SCHED_CLASS_FIXED (-1L) /* in place of a priority: slice and priority follow */
#define L4_SCHED_FIXED_SIZE 48UL   /* bytes of parameters in that form */

#endif
