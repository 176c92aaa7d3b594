// SPDX-License-Identifier: MIT
/* Life and death of kernel objects. */
#include "kobj.h"

#include "arch.h"
#include "cap.h"
#include "factory.h"

static uint64_t next_id = 1;
static unsigned alive;

void *kobj_create(const struct kobj_ops *ops, struct factory *quota)
{
	struct kobj *o;

	if (quota && !factory_charge(quota, ops->size))
		return NULL;
	o = arch_alloc(ops->size);
	if (!o) {
		if (quota)
			factory_uncharge(quota, ops->size);
		return NULL;
	}
	o->ops = ops;
	list_init(&o->caps);
	o->pins = 1;
	o->id = next_id++;
	if (quota) {
		o->quota = quota;
		kobj_pin(&quota->obj);
	}
	alive++;
	return o;
}

struct kobj *kobj_pin(struct kobj *o)
{
	o->pins++;
	return o;
}

void kobj_unpin(struct kobj *o)
{
	struct factory *quota = o->quota;

	if (--o->pins || (!o->dead && !list_empty(&o->caps)))
		return;
	/* An object that never got a capability dies with its creator's pin. */
	if (!o->dead) {
		o->pins = 1;
		kobj_kill(o);
		o->pins = 0;
	}
	if (o->ops->free)
		o->ops->free(o);
	if (quota) {
		factory_uncharge(quota, o->ops->size);
		kobj_unpin(&quota->obj);
	}
	arch_free(o);
	alive--;
}

void kobj_kill(struct kobj *o)
{
	if (o->dead)
		return;
	kobj_pin(o);
	o->dead = true;
	cap_revoke_all(o);
	if (o->ops->kill)
		o->ops->kill(o);
	kobj_unpin(o);
}

unsigned kobj_count(void)
{
	return alive;
}
