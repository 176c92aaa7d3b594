/* SPDX-License-Identifier: MIT */
/*
 * Scheduler: 256 fixed priorities, round robin within one. The running thread stays at the head
 * of its queue until it blocks, yields or its slice is used up.
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

#define SCHED_DEFAULT_PRIO 1
#define SCHED_DEFAULT_QUANTUM 10000U /* us */
#define SCHED_GRANULARITY 1000U      /* us, what the KIP announces */

/* Puts @t where its state says: into its ready queue (at the head with @first) or out of it. */
void sched_update(struct thread *t, bool first);
void sched_set_prio(struct thread *t, unsigned prio, uint32_t quantum);

/* check.c: threads in the queues where their priority says they are; UINT_MAX: queues are wrong. */
unsigned sched_count(void);

/* The thread to run, NULL when all are blocked. */
struct thread *sched_pick(void);

/* Behind its peers. */
void sched_yield_thread(struct thread *t);

/* Time @us was consumed by @t. */
void sched_account(struct thread *t, uint64_t us);

/* Time nobody could use, and all of it so far. */
void sched_account_idle(uint64_t us);
uint64_t sched_idle_time(void);

/* Microseconds @t may run before a peer must; UINT64_MAX when it has none. */
uint64_t sched_slice(const struct thread *t);

#endif
