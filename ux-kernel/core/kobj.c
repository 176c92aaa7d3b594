// SPDX-License-Identifier: MIT
/* Life and death of kernel objects. */
#include "kobj.h"

#include "cap.h"
#include "event.h"
#include "factory.h"
#include "kmem.h"
#include "state.h"

STATE static uint64_t next_id = 1;
STATE static unsigned alive;

STATE struct list kobj_all = { &kobj_all, &kobj_all };

void *kobj_create(const struct kobj_ops *ops, struct factory *quota)
{
	struct kobj *o;

	o = kmem_alloc(quota, ops->size);
	if (!o)
		return NULL;
	o->ops = ops;
	list_init(&o->caps);
	list_add_before(&o->all_link, &kobj_all);
	o->pins = 1;
	o->id = next_id++;
	if (quota) {
		o->quota = quota;
		kobj_pin(&quota->obj);
	}
	alive++;
	event(EVENT_BORN, 0, o->id, ops->type);
	return o;
}

struct kobj *kobj_pin(struct kobj *o)
{
	o->pins++;
	return o;
}

/* Drops one pin. true: it was the last one and the memory is released. */
static bool unpin_one(struct kobj *o)
{
	if (--o->pins || (!o->dead && !list_empty(&o->caps)))
		return false;
	/* An object that never got a capability dies with its creator's pin. */
	if (!o->dead) {
		o->pins = 1;
		kobj_kill(o);
		o->pins = 0;
	}
	if (o->ops->free)
		o->ops->free(o);
	list_del(&o->all_link);
	kmem_free(o->quota, o, o->ops->size);
	alive--;
	return true;
}

/* A loop: factories that pay for each other make chains of any length. */
void kobj_unpin(struct kobj *o)
{
	while (o) {
		struct factory *quota = o->quota;

		o = unpin_one(o) && quota ? &quota->obj : NULL;
	}
}

void kobj_kill(struct kobj *o)
{
	if (o->dead)
		return;
	kobj_pin(o);
	o->dead = true;
	event(EVENT_DEAD, 0, o->id, o->ops->type);
	cap_revoke_all(o);
	if (o->ops->kill)
		o->ops->kill(o);
	kobj_unpin(o);
}

unsigned kobj_count(void)
{
	return alive;
}
