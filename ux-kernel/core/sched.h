/* SPDX-License-Identifier: MIT */
/*
 * Scheduler: 256 fixed priorities, round robin within one.
 *
 * Who runs need not be whose time slice it is: a caller donates the rest of its slice to the thread
 * it calls, which then runs at once, whatever its own priority, and cannot be preempted by less
 * than the higher of the two. That ends when somebody else is chosen from the ready queues.
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

#define SCHED_DEFAULT_PRIO 1
#define SCHED_DEFAULT_QUANTUM 10000U /* us */
#define SCHED_GRANULARITY 1000U      /* us, what the KIP announces */

/* @t may have become able or unable to run. Able: it runs at once unless who runs is above it. */
void sched_update(struct thread *t);

/* @t, which is able to run, goes on in place of the running thread, on the same time slice. */
void sched_switch_to(struct thread *t);

/* Whether the running thread is @t, and on a time slice of its own. */
bool sched_on_own_slice(const struct thread *t);
bool sched_is_running(const struct thread *t);

void sched_set_prio(struct thread *t, unsigned prio, uint64_t quantum);

/* @t is gone. */
void sched_forget(const struct thread *t);

/* check.c: threads in the queues where their priority says they are; UINT_MAX: queues are wrong. */
unsigned sched_count(void);

/* The thread to run, NULL when all are blocked. */
struct thread *sched_pick(void);

/*
 * When the running thread, which starts @now, must leave the CPU to a peer; UINT64_MAX when there
 * is none.
 */
uint64_t sched_slice_end(uint64_t now);

/* The thread that was picked starts and stops using the CPU; times of the system clock. */
void sched_start(uint64_t now);
void sched_stop(uint64_t now);

/* Microseconds @t has used the CPU until @now. */
uint64_t sched_time(const struct thread *t, uint64_t now);

/* Nobody used the CPU for @us microseconds; how long that was in all. */
void sched_idle(uint64_t us);
uint64_t sched_idle_time(void);

#endif
