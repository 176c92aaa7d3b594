// SPDX-License-Identifier: MIT
/* Tasks: life, kernel-user memory and the task protocol. */
#include "task.h"

#include "arch.h"
#include "call.h"
#include "event.h"
#include "kmem.h"
#include "mapdb.h"
#include "ports.h"
#include "state.h"
#include "thread.h"

#include <l4/abi/ops.h>

#define SPECIAL (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT)
#define SPECIAL_SHIFT 10
#define KU_MAX_ORDER 17U
#define KU_MAX_PAGES (1U << (KU_MAX_ORDER - L4_PAGESHIFT))

/* A range for kernel memory: its pages, or 0 when it is none of at most @max pages. */
static unsigned ku_pages(uint64_t fp, unsigned max)
{
	unsigned order = fpage_order(fp);
	uint64_t va = fpage_addr(fp);

	if (fpage_type(fp) != L4_FPAGE_MEMORY || order < L4_PAGESHIFT || order > KU_MAX_ORDER ||
	    1U << (order - L4_PAGESHIFT) > max || va >= USER_END ||
	    va + order_size(order) > USER_END)
		return 0;
	return 1U << (order - L4_PAGESHIFT);
}

/* false: out of memory; what has been mapped by then stays. */
static bool ku_map(struct task *t, uint64_t va, uint64_t pa, unsigned pages, unsigned rights)
{
	for (unsigned i = 0; i < pages; i++) {
		struct mapping *m = space_enter(&t->space, NULL, va + i * L4_PAGESIZE,
						pa + i * L4_PAGESIZE, L4_PAGESHIFT, rights);

		if (!m)
			return false;
		m->flags |= MAPPING_KU;
	}
	return true;
}

int task_share(struct task *t, uint64_t *fp, uint64_t pa, unsigned max)
{
	unsigned pages = ku_pages(*fp, max);
	uint64_t va = fpage_addr(*fp);

	if (!pages)
		return -L4_EINVAL;
	if (space_next(&t->space, va, va + pages * L4_PAGESIZE))
		return -L4_EEXIST;
	if (!ku_map(t, va, pa, pages, L4_FPAGE_R))
		return -L4_ENOMEM;
	*fp &= ~L4_FPAGE_RIGHTS_MASK;
	return 0;
}

int task_add_ku_mem(struct task *t, uint64_t *fp)
{
	unsigned pages = ku_pages(*fp, KU_MAX_PAGES);
	uint64_t va = fpage_addr(*fp), pa = 0, size = pages * L4_PAGESIZE;
	struct ku_area *a;

	if (!pages)
		return -L4_EINVAL;
	if (space_next(&t->space, va, va + size))
		return -L4_EEXIST;
	a = kmem_alloc(t->obj.quota, sizeof(*a));
	if (!a)
		return -L4_ENOMEM;
	if (kmem_charge(t->obj.quota, size)) {
		a->kernel = arch_ku_alloc(pages, &pa);
		if (!a->kernel)
			kmem_uncharge(t->obj.quota, size);
	}
	if (!a->kernel) {
		kmem_free(t->obj.quota, a, sizeof(*a));
		return -L4_ENOMEM;
	}
	a->va = va;
	a->pages = pages;
	list_add_before(&a->link, &t->ku_areas);
	if (!ku_map(t, va, pa, pages, L4_FPAGE_RW))
		return -L4_ENOMEM; /* the area goes with the task */
	*fp &= ~L4_FPAGE_RIGHTS_MASK;
	return 0;
}

void *task_ku_ptr(struct task *t, uint64_t va, uint64_t size)
{
	list_for_each(it, &t->ku_areas) {
		struct ku_area *a = list_entry(it, struct ku_area, link);
		uint64_t len = (uint64_t)a->pages * L4_PAGESIZE;

		if (va >= a->va && va - a->va < len && size <= len - (va - a->va))
			return a->kernel + (va - a->va);
	}
	return NULL;
}

uint64_t task_cost(const struct task *t)
{
	uint64_t sum = space_cost(&t->space) + ports_cost(t);

	for (unsigned i = 0; i < L4_CAP_INDICES / CAP_LEAF; i++)
		sum += t->caps.leaf[i] ? CAP_LEAF * sizeof(struct cap) : 0;
	for (unsigned i = 0; i < REPLY_LEAVES; i++)
		sum += t->replies.leaf[i] ? REPLY_LEAF * sizeof(struct reply_slot) : 0;
	list_for_each(it, &t->ku_areas)
		sum += sizeof(struct ku_area) +
		       (uint64_t)list_entry(it, struct ku_area, link)->pages * L4_PAGESIZE;
	return sum;
}

int task_map_memory(struct task *src, struct space *dst, struct call *c)
{
	uint64_t hot = fpage_addr(c->mr[1]), fp = c->mr[2];
	struct map_range r = map_range_fit(fpage_addr(fp), fpage_order(fp), 0, 62, hot);

	return mapdb_map(&src->space, dst, r, fpage_rights(fp), c->mr[1] & L4_MAP_ITEM_GRANT);
}

static uint64_t task_map(struct task *t, struct call *c)
{
	uint64_t hot = c->mr[1] & ~0xfffUL, fp = c->mr[2];
	struct cap *cap;
	struct task *src;
	int e;

	if (!(c->rights & CAP_W))
		return call_result(-L4_EPERM);
	e = call_object(c, 0, KOBJ_TASK, &cap);
	if (e)
		return call_object_error(c, e);
	src = task_of(cap->obj);
	if (fpage_type(fp) == L4_FPAGE_MEMORY) {
		e = task_map_memory(src, &t->space, c);
	} else if (fpage_type(fp) == L4_FPAGE_IO) {
		e = ports_map(src, t, fp, 0, PORTS_ORDER, c->mr[1] & L4_MAP_ITEM_GRANT);
	} else if (fpage_type(fp) == L4_FPAGE_OBJ) {
		struct map_range r = map_range_fit(fpage_index(fp), fpage_order(fp), 0, 62,
						   hot >> L4_CAP_SHIFT);
		unsigned keep = fpage_rights(fp);

		if (!(cap->rights & c->rights & CAP_S))
			keep &= ~CAP_S;
		e = cap_map(src, r.src, t, r.dst, r.order, keep, c->mr[1] & L4_ITEM_ATTR_MASK,
			    c->mr[1] & L4_MAP_ITEM_GRANT);
	}
	return e < 0 ? call_ipc_error(c, L4_IPC_SEMAPFAILED) : call_result(0);
}

static uint64_t task_unmap(struct task *t, struct call *c)
{
	uint64_t mask = c->words > 1 ? c->mr[1] : 0;
	bool self = mask & L4_FP_ALL_SPACES;
	bool del = (mask & L4_FP_DELETE_OBJ) == L4_FP_DELETE_OBJ;

	for (unsigned i = 2; i < c->words; i++) {
		uint64_t fp = c->mr[i];
		unsigned access = 0;

		event(EVENT_UNMAP, 0, fpage_addr(fp), fpage_order(fp) | fpage_rights(fp) << 8);
		if (fpage_type(fp) == L4_FPAGE_MEMORY || fpage_is_all(fp))
			access = mapdb_unmap(&t->space, fpage_addr(fp), fpage_order(fp),
					     fpage_rights(fp), self);
		if (fpage_type(fp) == L4_FPAGE_IO || fpage_is_all(fp))
			ports_unmap(t, fp, self);
		if ((fpage_type(fp) == L4_FPAGE_OBJ || fpage_is_all(fp)) && self)
			cap_unmap(t, order_trunc(fpage_index(fp), fpage_order(fp)), fpage_order(fp),
				  fpage_rights(fp), del);
		c->mr[i] = (fp & ~L4_FPAGE_RIGHTS_MASK) | access;
	}
	/* The caller may just have removed itself. */
	if (c->self->obj.dead)
		return call_done(c);
	return call_tag(0, c->words, 0);
}

static uint64_t task_cap_info(struct task *t, struct call *c)
{
	struct cap *a, *b;
	unsigned differ;

	if (c->words != 2 && c->words != 3)
		return call_result(-L4_EINVAL);
	if (c->words == 3 && c->mr[1] == c->mr[2])
		return call_result(1);
	if ((c->mr[1] | (c->words == 3 ? c->mr[2] : 0)) & SPECIAL)
		return call_result(c->words == 3 &&
				   c->mr[1] >> SPECIAL_SHIFT == c->mr[2] >> SPECIAL_SHIFT);
	a = cap_lookup(&t->caps, c->mr[1] >> L4_CAP_SHIFT);
	if (c->words == 2)
		return call_result(a != NULL);
	b = cap_lookup(&t->caps, c->mr[2] >> L4_CAP_SHIFT);
	if (!a || !b)
		return call_result(a == b);
	/* Only gates have two faces: other objects do not know the server right. */
	differ = CAP_W | CAP_S | (a->obj->ops->type == KOBJ_GATE ? CAP_SERVER : 0U);
	return call_result(a->obj == b->obj && !((a->rights ^ b->rights) & differ));
}

static uint64_t task_ku_mem(struct task *t, struct call *c)
{
	for (unsigned i = 1; i < c->words; i++) {
		uint64_t fp = c->mr[i];
		int e = task_add_ku_mem(t, &fp);

		if (e)
			return call_result(e);
		if (c->flags & L4_SYSF_RECV)
			c->mr[i - 1] = fp;
	}
	return call_tag(0, c->words ? c->words - 1 : 0, 0);
}

static uint64_t task_invoke(struct kobj *o, struct call *c)
{
	struct task *t = task_of(o);

	if (c->label != L4_PROTO_TASK)
		return call_result(-L4_EBADPROTO);
	switch (c->mr[0]) {
	case L4_TASK_MAP_OP:
		return task_map(t, c);
	case L4_TASK_UNMAP_OP:
		return task_unmap(t, c);
	case L4_TASK_CAP_INFO_OP:
		return task_cap_info(t, c);
	case L4_TASK_ADD_KU_MEM_OP:
		return task_ku_mem(t, c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

/*
 * Tasks whose capabilities are still to be dropped. That may kill more tasks, which then wait
 * here instead of being dealt with on the stack of the first: a chain of tasks that own each
 * other can be of any length.
 */
STATE static struct list dying = { &dying, &dying };

static void drop_capabilities(struct task *t)
{
	bool first = list_empty(&dying);

	kobj_pin(&t->obj);
	list_add_before(&t->dying_link, &dying);
	if (!first)
		return;
	while (!list_empty(&dying)) {
		t = list_entry(dying.next, struct task, dying_link);
		cap_table_destroy(t);
		list_del(&t->dying_link);
		kobj_unpin(&t->obj);
	}
}

static void task_kill(struct kobj *o)
{
	struct task *t = task_of(o);

	while (!list_empty(&t->threads)) {
		struct thread *th = list_entry(t->threads.next, struct thread, task_link);

		kobj_pin(&th->obj);
		kobj_kill(&th->obj);
		thread_unbind(th);
		kobj_unpin(&th->obj);
	}
	reply_space_destroy(t);
	mapdb_clear(&t->space);
	ports_clear(t);
	drop_capabilities(t);
}

static void task_free(struct kobj *o)
{
	struct task *t = task_of(o);

	while (!list_empty(&t->ku_areas)) {
		struct ku_area *a = list_entry(t->ku_areas.next, struct ku_area, link);

		list_del(&a->link);
		arch_ku_free(a->kernel, a->pages);
		kmem_uncharge(o->quota, (uint64_t)a->pages * L4_PAGESIZE);
		kmem_free(o->quota, a, sizeof(*a));
	}
	space_destroy(&t->space);
	ports_destroy(t);
}

static const struct kobj_ops task_ops = {
	.type = KOBJ_TASK,
	.name = "task",
	.size = sizeof(struct task),
	.invoke = task_invoke,
	.kill = task_kill,
	.free = task_free,
};

struct task *task_create(struct factory *quota)
{
	struct task *t = kobj_create(&task_ops, quota);

	if (!t)
		return NULL;
	list_init(&t->ku_areas);
	list_init(&t->threads);
	if (space_init(&t->space, quota) < 0) {
		kobj_unpin(&t->obj);
		return NULL;
	}
	return t;
}
