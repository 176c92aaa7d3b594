// SPDX-License-Identifier: MIT
/* What is held back, in the order it was. */
#include "deferred.h"

#include "../core/arch.h"
#include "../core/state.h"
#include "plan.h"

STATE static struct list all = { &all, &all };

static void deferred_free(struct deferred *d)
{
	struct kobj *o = d->object;

	timer_cancel(&d->timer);
	list_del(&d->link);
	list_del(&d->held); /* who is still in there is dead, or will be: the system ends */
	arch_free(d);
	kobj_unpin(o);
}

static void expired(struct timer *t)
{
	struct deferred *d = list_entry(t, struct deferred, timer);

	d->due(d);
	deferred_free(d);
}

bool deferred_add(struct kobj *o, uint64_t us, void (*due)(struct deferred *d),
		  struct deferred **made)
{
	struct deferred *d = arch_alloc(sizeof(*d));

	if (!d)
		return false;
	d->due = due;
	d->object = kobj_pin(o);
	d->timer.expired = expired;
	list_init(&d->held);
	list_add_before(&d->link, &all);
	timer_arm(&d->timer, arch_now() + us);
	if (made)
		*made = d;
	return true;
}

void fault_forget_deferred(void)
{
	while (!list_empty(&all))
		deferred_free(list_entry(all.next, struct deferred, link));
}
