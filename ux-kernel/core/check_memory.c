// SPDX-License-Identifier: MIT
/* Invariants of memory: page tables against the trees of mappings, quotas against what they pay. */
#include "check.h"

#include "factory.h"
#include "iommu.h"
#include "task.h"

static const char *check_mapping(struct mapping *m, const struct space *s, struct check_sums *sums)
{
	const struct mapping *p = m->parent;

	CHECK(m->space == s);
	CHECK(m->order == 12 || m->order == 21 || m->order == 30);
	CHECK(!(m->va & (order_size(m->order) - 1)));
	CHECK(space_lookup(m->space, m->va) == m);
	/* The parent is where it says it is, and is as large. */
	CHECK(!p || space_lookup(p->space, p->va) == p);
	CHECK(p || list_empty(&m->sibling));
	CHECK(!p || (m->order <= p->order && m->pa >= p->pa &&
		     m->pa + order_size(m->order) <= p->pa + order_size(p->order)));
	sums->mappings++;
	sums->children += !p;
	list_for_each(it, &m->children) {
		CHECK(list_entry(it, struct mapping, sibling)->parent == m);
		CHECK(it->next->prev == it);
		sums->children++;
	}
	return NULL;
}

static const char *check_space(struct space *s, bool dead, struct check_sums *sums)
{
	struct mapping *m;
	const char *why;

	CHECK(!dead || !space_next(s, 0, USER_END));
	for (uint64_t va = 0; (m = space_next(s, va, USER_END));) {
		why = check_mapping(m, s, sums);
		if (why)
			return why;
		va = m->va + order_size(m->order);
	}
	return NULL;
}

static const char *check_spaces(struct task *t, struct check_sums *sums)
{
	const char *why = check_space(&t->space, t->obj.dead, sums);

	return why || !t->ports ? why : check_space(t->ports, t->obj.dead, sums);
}

/* What an object costs whoever pays for it. */
static uint64_t cost(struct kobj *o)
{
	const struct factory *f = (const struct factory *)o;
	uint64_t sum = o->ops->size;

	if (o->ops->type == KOBJ_FACTORY && f->limit != FACTORY_UNLIMITED)
		sum += f->limit;
	if (o->ops->type == KOBJ_TASK)
		sum += task_cost(task_of(o));
	if (o->ops->type == KOBJ_DMA_SPACE)
		sum += space_cost(&dma_space_of(o)->space);
	return sum;
}

static const char *check_quota(const struct factory *f)
{
	uint64_t paid = 0;

	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->quota == f)
			paid += cost(o);
	}
	CHECK(f->used == paid);
	CHECK(f->used <= f->limit);
	return NULL;
}

const char *check_memory(struct kobj *o, struct check_sums *sums)
{
	switch (o->ops->type) {
	case KOBJ_TASK:
		return check_spaces(task_of(o), sums);
	case KOBJ_DMA_SPACE:
		return check_space(&dma_space_of(o)->space, o->dead, sums);
	case KOBJ_FACTORY:
		return check_quota((const struct factory *)o);
	default:
		return NULL;
	}
}
