// SPDX-License-Identifier: MIT
/* Interrupts: lost, late, doubled, from nowhere. */
#include "interrupt.h"

#include "../core/irq.h"
#include "../core/thread.h"
#include "deferred.h"
#include "plan.h"

/* As the IRQ object does it when there are no faults. */
static void trigger(struct irq_base *i)
{
	bool active = fault_active;

	fault_active = false;
	i->hit(i);
	fault_active = active;
}

static void late(struct deferred *d)
{
	if (!d->object->dead)
		trigger((struct irq_base *)d->object);
}

bool fault_irq(struct irq_base *i)
{
	const struct thread *t = irq_of(&i->obj)->thread;
	struct fault_plan *p;
	unsigned at = 0;

	while ((p = fault_next(&at, FAULT_EVENT_IRQ, t, &i->obj))) {
		switch (p->point->effect) {
		case FAULT_IRQ_LOST:
			fault_fired(p, &i->obj, 0);
			return true;
		case FAULT_IRQ_LATE:
			if (!deferred_add(&i->obj, p->arg, late, NULL))
				break;
			fault_fired(p, &i->obj, p->arg);
			return true;
		case FAULT_IRQ_DOUBLE:
			fault_fired(p, &i->obj, 0);
			trigger(i);
			break;
		default:
			break;
		}
	}
	return false;
}

/* The IRQ object that is number @n of those alive; *@count: how many there are. */
static struct kobj *irq_number(uint64_t n, uint64_t *count)
{
	*count = 0;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_IRQ && !o->dead && (*count)++ == n)
			return o;
	}
	return NULL;
}

void fault_spurious(struct fault_plan *p)
{
	uint64_t count;
	struct kobj *o = irq_number(UINT64_MAX, &count);

	if (count)
		o = irq_number(p->arg % count, &count);
	if (!o)
		return;
	fault_fired(p, o, 0);
	trigger((struct irq_base *)o);
}
