// SPDX-License-Identifier: MIT
/* Messages that fail or come late; mappings and objects that are refused. */
#include "../core/ipc.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "deferred.h"
#include "plan.h"

static void release(struct deferred *d)
{
	ipc_release(&d->held, thread_of(d->object));
}

static bool hold(struct thread *t, struct thread *dest, uint64_t us)
{
	struct deferred *d;

	if (!deferred_add(&dest->obj, us, release, &d))
		return false;
	ipc_hold(t, &d->held);
	return true;
}

bool fault_ipc(struct thread *t, struct thread *dest)
{
	struct fault_plan *p;
	unsigned i = 0;

	while ((p = fault_next(&i, FAULT_EVENT_IPC, t, NULL))) {
		if (p->point->effect == FAULT_IPC_DELAY) {
			if (!hold(t, dest, p->arg))
				continue;
			fault_fired(p, &t->obj, p->arg);
			return true;
		}
		fault_fired(p, &t->obj, p->arg);
		ipc_fail(t, (unsigned)p->arg);
		return true;
	}
	return false;
}

bool fault_map(const struct space *dst)
{
	/* A DMA space belongs to no task: the object it is in has no name to be told by. */
	const struct task *t = dst->dma ? NULL : list_entry(dst, struct task, space);
	struct fault_plan *p;
	unsigned i = 0;

	p = fault_next(&i, FAULT_EVENT_MAP, NULL, t ? &t->obj : NULL);
	if (p)
		fault_fired(p, t ? &t->obj : NULL, 0);
	return p;
}

bool fault_create(const struct thread *t)
{
	struct fault_plan *p;
	unsigned i = 0;

	p = fault_next(&i, FAULT_EVENT_CREATE, t, NULL);
	if (p)
		fault_fired(p, &t->obj, 0);
	return p;
}
