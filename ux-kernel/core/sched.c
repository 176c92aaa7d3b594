// SPDX-License-Identifier: MIT
/* Ready queues. */
#include "sched.h"

#include "thread.h"

#include <limits.h>

#define PRIOS 256U

static struct list queue[PRIOS];
static uint64_t used[PRIOS / 64];
static uint64_t idle_time; /* us */

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

void sched_update(struct thread *t, bool first)
{
	struct list *q = queue_of(t->prio);

	if (!runnable(t)) {
		if (!list_empty(&t->ready))
			dequeue(t);
		return;
	}
	if (!list_empty(&t->ready))
		return;
	if (first)
		list_add_head(&t->ready, q);
	else
		list_add_before(&t->ready, q);
	used[t->prio / 64] |= 1UL << t->prio % 64;
}

void sched_set_prio(struct thread *t, unsigned prio, uint32_t quantum)
{
	if (!list_empty(&t->ready))
		dequeue(t);
	t->prio = prio;
	t->snd.prio = prio;
	t->quantum = quantum;
	t->slice_left = quantum;
	sched_update(t, false);
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
	for (int i = PRIOS / 64 - 1; i >= 0; i--)
		if (used[i]) {
			unsigned prio = i * 64 + 63 - __builtin_clzl(used[i]);

			return list_entry(queue[prio].next, struct thread, ready);
		}
	return NULL;
}

void sched_yield_thread(struct thread *t)
{
	if (list_empty(&t->ready))
		return;
	dequeue(t);
	t->slice_left = t->quantum;
	sched_update(t, false);
}

void sched_account(struct thread *t, uint64_t us)
{
	t->time += us;
	if (us < t->slice_left)
		t->slice_left -= us;
	else if (!list_empty(&t->ready))
		sched_yield_thread(t);
	else
		t->slice_left = t->quantum;
}

uint64_t sched_slice(const struct thread *t)
{
	bool alone = t->ready.next == t->ready.prev;

	return alone ? UINT64_MAX : t->slice_left;
}

void sched_account_idle(uint64_t us)
{
	idle_time += us;
}

uint64_t sched_idle_time(void)
{
	return idle_time;
}
