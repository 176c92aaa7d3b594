// SPDX-License-Identifier: MIT
/* Ready queues, and whose time slice it is. */
#include "sched.h"

#include "state.h"
#include "thread.h"

#include <limits.h>

#define PRIOS 256U
#define LONGEST_QUANTUM 1000000000000ULL /* us; the sum with the clock stays in range */

STATE static struct list queue[PRIOS];
STATE static uint64_t used[PRIOS / 64];

STATE static struct {
	struct thread *thread; /* runs, or ran last; NULL: whoever is first in the queues */
	struct thread *slice;  /* whose time slice it uses; it may be blocked meanwhile */
} running;

/*
 * Since when who uses the CPU, and on whose account; it may no longer be who is to run. As long as
 * that slice goes on its end stays what it is, whatever the kernel needs in between: otherwise the
 * timer would have to be set at every entry.
 */
STATE static struct {
	struct thread *thread, *slice;
	uint64_t since, end;
	bool counting, going_on;
} using;

STATE static uint64_t idle_time;

static bool runnable(const struct thread *t)
{
	return t->on_cpu && t->alive && t->task && !t->obj.dead && t->ipc.state == IPC_IDLE;
}

static struct list *queue_of(unsigned prio)
{
	if (!queue[prio].next)
		list_init(&queue[prio]);
	return &queue[prio];
}

static void dequeue(struct thread *t)
{
	list_del(&t->ready);
	if (list_empty(queue_of(t->prio)))
		used[t->prio / 64] &= ~(1UL << t->prio % 64);
}

static void enqueue(struct thread *t, bool first)
{
	struct list *q = queue_of(t->prio);

	if (first)
		list_add_head(&t->ready, q);
	else
		list_add_before(&t->ready, q);
	used[t->prio / 64] |= 1UL << t->prio % 64;
}

static struct thread *highest(void)
{
	for (int i = PRIOS / 64 - 1; i >= 0; i--)
		if (used[i]) {
			unsigned prio = i * 64 + 63 - __builtin_clzl(used[i]);

			return list_entry(queue[prio].next, struct thread, ready);
		}
	return NULL;
}

static void choose(struct thread *t)
{
	running.thread = running.slice = t;
}

/* What it takes to preempt the running thread. */
static unsigned running_prio(void)
{
	unsigned own = running.thread->prio, slice = running.slice ? running.slice->prio : 0;

	return own > slice ? own : slice;
}

void sched_update(struct thread *t)
{
	bool queued = !list_empty(&t->ready);

	if (!runnable(t)) {
		if (queued)
			dequeue(t);
		return;
	}
	if (queued)
		return;
	enqueue(t, true);
	if (running.thread && running.thread != t && t->prio >= running_prio())
		choose(t);
}

void sched_switch_to(struct thread *t)
{
	running.thread = t;
}

bool sched_is_running(const struct thread *t)
{
	return running.thread == t;
}

bool sched_on_own_slice(const struct thread *t)
{
	return running.slice == t;
}

void sched_set_prio(struct thread *t, unsigned prio, uint64_t quantum)
{
	bool queued = !list_empty(&t->ready);

	if (queued)
		dequeue(t);
	t->prio = prio;
	t->snd.prio = prio;
	t->quantum = quantum < SCHED_GRANULARITY ? SCHED_GRANULARITY
		     : quantum > LONGEST_QUANTUM ? LONGEST_QUANTUM
						 : quantum;
	t->slice_left = t->quantum;
	if (using.slice == t)
		using.going_on = false;
	if (queued)
		enqueue(t, false);
	sched_update(t);
	if (queued || !list_empty(&t->ready))
		choose(NULL); /* the new order of things decides */
}

void sched_forget(const struct thread *t)
{
	if (running.thread == t)
		running.thread = NULL;
	if (running.slice == t)
		running.slice = NULL;
	if (using.thread == t)
		using.thread = NULL;
	if (using.slice == t)
		using.slice = NULL;
}

unsigned sched_count(void)
{
	unsigned n = 0;

	for (unsigned prio = 0; prio < PRIOS; prio++) {
		bool any = used[prio / 64] >> prio % 64 & 1;

		if (any == list_empty(queue_of(prio)))
			return UINT_MAX;
		list_for_each(it, &queue[prio])
			n += list_entry(it, struct thread, ready)->prio == prio;
	}
	return n;
}

struct thread *sched_pick(void)
{
	if (!running.thread || list_empty(&running.thread->ready))
		choose(highest());
	return running.thread;
}

static uint64_t slice_end(uint64_t now)
{
	if (!running.slice)
		return now;
	return using.going_on && using.slice == running.slice ? using.end
							      : now + running.slice->slice_left;
}

uint64_t sched_slice_end(uint64_t now)
{
	const struct thread *t = running.thread, *top = highest();
	bool peer = top->prio > t->prio || t->ready.next != t->ready.prev;

	return peer ? slice_end(now) : UINT64_MAX;
}

void sched_start(uint64_t now)
{
	using.end = slice_end(now);
	using.thread = running.thread;
	using.slice = running.slice;
	using.since = now;
	using.counting = true;
	using.going_on = using.slice;
}

void sched_stop(uint64_t now)
{
	struct thread *t = using.slice;

	using.counting = false;
	if (using.thread)
		using.thread->time += now - using.since;
	if (!t)
		return;
	if (!using.going_on) /* it has got a new quantum meanwhile */
		return;
	if (now < using.end) {
		t->slice_left = using.end - now;
		return;
	}
	/* Its owner goes behind its peers, and the queues decide. */
	using.going_on = false;
	t->slice_left = t->quantum;
	if (!list_empty(&t->ready)) {
		dequeue(t);
		enqueue(t, false);
	}
	if (running.slice == t)
		choose(NULL);
}

void sched_idle(uint64_t us)
{
	idle_time += us;
	using.going_on = false;
}

uint64_t sched_idle_time(void)
{
	return idle_time;
}

uint64_t sched_time(const struct thread *t, uint64_t now)
{
	return t->time + (using.counting && using.thread == t ? now - using.since : 0);
}
