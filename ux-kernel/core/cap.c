// SPDX-License-Identifier: MIT
/* Capability tables: two levels, filled lazily. */
#include "cap.h"

#include "../fault/hook.h"
#include "kmem.h"
#include "task.h"

#include <l4/abi/err.h>

struct cap *cap_lookup(struct cap_table *t, uint64_t index)
{
	struct cap *leaf;

	if (index >= L4_CAP_INDICES)
		return NULL;
	leaf = t->leaf[index / CAP_LEAF];
	if (!leaf || !leaf[index % CAP_LEAF].obj)
		return NULL;
	return &leaf[index % CAP_LEAF];
}

static struct cap *slot_get(struct task *task, uint64_t index)
{
	struct cap **leaf;

	/* A dead task that is still pinned must not get a table again: nobody would free it. */
	if (index >= L4_CAP_INDICES || task->obj.dead)
		return NULL;
	leaf = &task->caps.leaf[index / CAP_LEAF];
	if (!*leaf) {
		*leaf = kmem_alloc(task->obj.quota, CAP_LEAF * sizeof(struct cap));
		if (!*leaf)
			return NULL;
	}
	return &(*leaf)[index % CAP_LEAF];
}

static void cap_fill(struct cap *c, struct kobj *o, unsigned rights)
{
	c->obj = o;
	c->rights = rights;
	list_add_before(&c->link, &o->caps);
	if (!(rights & CAP_WEAK))
		o->refs = (int64_t)((uint64_t)o->refs + 1);
}

/* Whoever may delete the object deletes it with the slot. */
static void cap_delete(struct cap *c)
{
	if (c->rights & CAP_D)
		kobj_kill(c->obj);
	else
		cap_remove(c);
}

int cap_insert(struct task *task, uint64_t index, struct kobj *o, unsigned rights)
{
	struct cap *c = slot_get(task, index);
	int e = 0;

	if (!c)
		return -L4_ENOMEM;
	/* The old content may hold the last reference to @o, or to @task and so to the slot. */
	kobj_pin(o);
	kobj_pin(&task->obj);
	if (c->obj)
		cap_delete(c);
	if (task->obj.dead)
		e = -L4_ENOMEM;
	else if (!o->dead)
		cap_fill(c, o, rights);
	kobj_unpin(&task->obj);
	kobj_unpin(o);
	return e;
}

void cap_remove(struct cap *c)
{
	struct kobj *o = c->obj;

	c->obj = NULL;
	list_del(&c->link);
	if (!(c->rights & CAP_WEAK))
		o->refs = (int64_t)((uint64_t)o->refs - 1);
	/* Programs can bend the count, but what nobody names any more is gone. */
	if ((!(c->rights & CAP_WEAK) && o->refs <= 0) || list_empty(&o->caps))
		kobj_kill(o);
}

void cap_revoke_all(struct kobj *o)
{
	while (!list_empty(&o->caps)) {
		struct cap *c = list_entry(o->caps.next, struct cap, link);

		c->obj = NULL;
		list_del(&c->link);
	}
	o->refs = o->dropped = 0;
}

void cap_table_destroy(struct task *task)
{
	for (unsigned i = 0; i < L4_CAP_INDICES / CAP_LEAF; i++) {
		struct cap *leaf = task->caps.leaf[i];

		if (!leaf)
			continue;
		for (unsigned k = 0; k < CAP_LEAF; k++)
			if (leaf[k].obj)
				cap_remove(&leaf[k]);
		task->caps.leaf[i] = NULL;
		kmem_free(task->obj.quota, leaf, CAP_LEAF * sizeof(struct cap));
	}
}

/* Rights of a copy: the nibble is masked, object-specific bits only pass when asked for. */
static unsigned copy_rights(unsigned have, unsigned keep, unsigned attr)
{
	unsigned r = have & keep & (CAP_W | CAP_S | CAP_D);

	r |= have & attr & CAP_EXTRA;
	if (attr & CAP_WEAK)
		r |= CAP_WEAK;
	return r | (have & CAP_WEAK);
}

long cap_map(struct task *src, uint64_t src_index, struct task *dst, uint64_t dst_index,
	     unsigned order, unsigned keep, unsigned attr, bool grant)
{
	uint64_t n = order > 16 ? L4_CAP_INDICES : 1UL << order;
	long copied = 0;

	if (FAULT_ACTIVE && fault_map(&dst->space))
		return -L4_ENOMEM;
	/* What goes from a slot on the way may be one of the two tasks. */
	kobj_pin(&src->obj);
	kobj_pin(&dst->obj);
	for (uint64_t i = 0; i < n && src_index + i < L4_CAP_INDICES; i++) {
		struct cap *c = cap_lookup(&src->caps, src_index + i);
		struct cap *old = cap_lookup(&dst->caps, dst_index + i);
		unsigned rights;

		if (!c || !(keep & L4_CAP_FPAGE_R) || dst_index + i >= L4_CAP_INDICES)
			continue;
		if (c == old) {
			copied++;
			continue;
		}
		rights = copy_rights(c->rights, keep, attr);
		if (old && old->obj == c->obj && !grant && !((old->rights ^ rights) & CAP_WEAK)) {
			old->rights |= rights; /* mapping again upgrades */
		} else if (cap_insert(dst, dst_index + i, c->obj, rights) < 0) {
			copied = -L4_ENOMEM;
			break;
		}
		copied++;
		c = cap_lookup(&src->caps, src_index + i);
		if (grant && c)
			cap_remove(c);
	}
	kobj_unpin(&dst->obj);
	kobj_unpin(&src->obj);
	return copied;
}

void cap_unmap(struct task *task, uint64_t index, unsigned order, unsigned revoke, bool del)
{
	uint64_t n = order > 16 ? L4_CAP_INDICES : 1UL << order;

	for (uint64_t i = 0; i < n && index + i < L4_CAP_INDICES; i++) {
		struct cap *c = cap_lookup(&task->caps, index + i);

		if (!c)
			continue;
		if (del)
			cap_delete(c);
		else if (revoke & L4_CAP_FPAGE_R)
			cap_remove(c);
		else
			c->rights &= ~(revoke & (CAP_W | CAP_S));
	}
}
