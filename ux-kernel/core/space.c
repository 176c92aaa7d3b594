// SPDX-License-Identifier: MIT
/* The radix tree of an address space, and single mappings in it. */
#include "space.h"

#include "arch.h"
#include "kmem.h"
#include "state.h"

#include <l4/abi/err.h>

#define SLOTS 512U
#define TOP_SHIFT 39U
#define LEAF_BIT 1UL /* in a slot: the pointer is a mapping, not a table */

struct ptable {
	uintptr_t slot[SLOTS];
	unsigned used;
};

STATE static unsigned long mappings_alive;

int space_init(struct space *s, struct factory *quota)
{
	s->quota = quota;
	s->root = kmem_alloc(quota, sizeof(*s->root));
	if (!s->root)
		return -L4_ENOMEM;
	return arch_space_init(s);
}

unsigned page_order_below(unsigned order)
{
	return order - 9;
}

static unsigned slot_of(uint64_t va, unsigned shift)
{
	return va >> shift & (SLOTS - 1);
}

/* Largest identity page around @va that is all RAM or all device memory. */
static struct mapping *identity_enter(struct space *s, uint64_t va)
{
	uint64_t start = s->identity_start, end = s->identity_end, frame = 0;
	unsigned order = 30;

	if (va >= end) {
		start = end;
		end = s->device_end;
		frame = FRAME_DEVICE;
	}
	if (va < start || va >= end)
		return NULL;
	for (; order > 12; order = page_order_below(order)) {
		uint64_t base = order_trunc(va, order);

		if (base >= start && base + order_size(order) <= end &&
		    !space_next(s, base, base + order_size(order)))
			break;
	}
	va = order_trunc(va, order);
	return space_enter(s, NULL, va, frame | va, order, L4_FPAGE_RWX);
}

struct mapping *space_lookup(struct space *s, uint64_t va)
{
	struct ptable *t = s->root;

	if (va >= USER_END)
		return NULL;
	for (unsigned shift = TOP_SHIFT; t; shift -= 9) {
		uintptr_t e = t->slot[slot_of(va, shift)];

		if (e & LEAF_BIT)
			return (struct mapping *)(e & ~LEAF_BIT);
		t = (struct ptable *)e;
	}
	return s->identity_end ? identity_enter(s, va) : NULL;
}

static struct mapping *next_in(struct ptable *t, unsigned shift, uint64_t base, uint64_t va,
			       uint64_t end)
{
	unsigned i = va > base ? slot_of(va, shift) : 0;

	for (; i < SLOTS; i++) {
		uint64_t start = base + ((uint64_t)i << shift);
		uintptr_t e = t->slot[i];
		struct mapping *m;

		if (start >= end)
			return NULL;
		if (!e)
			continue;
		if (e & LEAF_BIT)
			return (struct mapping *)(e & ~LEAF_BIT);
		m = next_in((struct ptable *)e, shift - 9, start, va > start ? va : start, end);
		if (m)
			return m;
	}
	return NULL;
}

struct mapping *space_next(struct space *s, uint64_t va, uint64_t end)
{
	if (end > USER_END)
		end = USER_END;
	return s->root && va < end ? next_in(s->root, TOP_SHIFT, 0, va, end) : NULL;
}

/* Slot for a page of @order at @va; tables on the way are made when @make, else must exist. */
static uintptr_t *slot_walk(struct space *s, uint64_t va, unsigned order, bool make,
			    struct ptable **table)
{
	struct ptable *t = s->root;

	for (unsigned shift = TOP_SHIFT; shift > order; shift -= 9) {
		uintptr_t *e = &t->slot[slot_of(va, shift)];

		if (!*e) {
			struct ptable *n = make ? kmem_alloc(s->quota, sizeof(*n)) : NULL;

			if (!n)
				return NULL;
			*e = (uintptr_t)n;
			t->used++;
		}
		t = (struct ptable *)*e;
	}
	*table = t;
	return &t->slot[slot_of(va, order)];
}

/* Frees the tables on the way to @va that are empty. */
static void slot_prune(struct space *s, uint64_t va, unsigned order)
{
	struct ptable *path[4], *t = s->root;
	unsigned depth = 0, shift = TOP_SHIFT;

	for (; shift > order && t->slot[slot_of(va, shift)]; shift -= 9) {
		path[depth++] = t;
		t = (struct ptable *)t->slot[slot_of(va, shift)];
	}
	while (depth && !t->used) {
		kmem_free(s->quota, t, sizeof(*t));
		t = path[--depth];
		shift += 9;
		t->slot[slot_of(va, shift)] = 0;
		t->used--;
	}
}

static void slot_clear(struct space *s, uint64_t va, unsigned order)
{
	struct ptable *t;

	*slot_walk(s, va, order, false, &t) = 0;
	t->used--;
	slot_prune(s, va, order);
}

static bool slot_set(struct space *s, uint64_t va, unsigned order, struct mapping *m)
{
	struct ptable *t;
	uintptr_t *e = slot_walk(s, va, order, true, &t);

	if (!e) {
		/* Memory ended on the way: an empty table must not stand where a page may go. */
		slot_prune(s, va, order);
		return false;
	}
	*e = (uintptr_t)m | LEAF_BIT;
	t->used++;
	return true;
}

struct mapping *space_enter(struct space *s, struct mapping *parent, uint64_t va, uint64_t pa,
			    unsigned order, unsigned rights)
{
	struct mapping *m;

	m = kmem_alloc(s->quota, sizeof(*m));
	if (!m || !slot_set(s, va, order, m)) {
		kmem_free(s->quota, m, sizeof(*m));
		return NULL;
	}
	m->space = s;
	m->va = va;
	m->pa = pa;
	m->order = m->span = order;
	m->rights = rights;
	list_init(&m->children);
	list_init(&m->sibling);
	m->parent = parent;
	if (parent)
		list_add_before(&m->sibling, &parent->children);
	mappings_alive++;
	return m;
}

void space_drop(struct mapping *m)
{
	struct space *s = m->space;

	arch_tlb_unmap(m->space, m->va, m->order);
	slot_clear(s, m->va, m->order);
	list_del(&m->sibling);
	kmem_free(s->quota, m, sizeof(*m));
	mappings_alive--;
}

int space_move(struct mapping *m, struct space *to, uint64_t va)
{
	struct space *from = m->space;

	if (!kmem_charge(to->quota, sizeof(*m)))
		return -L4_ENOMEM;
	if (!slot_set(to, va, m->order, m)) {
		kmem_uncharge(to->quota, sizeof(*m));
		return -L4_ENOMEM;
	}
	arch_tlb_unmap(m->space, m->va, m->order);
	slot_clear(from, m->va, m->order);
	kmem_uncharge(from->quota, sizeof(*m));
	m->space = to;
	m->va = va;
	return 0;
}

int space_split(struct mapping *m)
{
	struct space *s = m->space;
	unsigned order = page_order_below(m->order);
	uint64_t va = m->va, pa = m->pa;
	struct ptable *t = kmem_alloc(s->quota, sizeof(*t)), *parent_table;
	uintptr_t *slot = slot_walk(s, va, m->order, false, &parent_table);

	if (!t)
		return -L4_ENOMEM;
	for (unsigned i = 0; i < SLOTS; i++) {
		struct mapping *n = kmem_alloc(s->quota, sizeof(*n));

		if (!n) {
			while (i--)
				kmem_free(s->quota, (void *)(t->slot[i] & ~LEAF_BIT), sizeof(*n));
			kmem_free(s->quota, t, sizeof(*t));
			return -L4_ENOMEM;
		}
		*n = *m;
		n->va = va + ((uint64_t)i << order);
		n->pa = pa + ((uint64_t)i << order);
		n->order = order;
		list_init(&n->children);
		list_init(&n->sibling);
		t->slot[i] = (uintptr_t)n | LEAF_BIT;
	}
	t->used = SLOTS;
	for (unsigned i = 0; m->parent && i < SLOTS; i++) {
		struct mapping *n = (struct mapping *)(t->slot[i] & ~LEAF_BIT);

		list_add_before(&n->sibling, &m->parent->children);
	}
	while (!list_empty(&m->children)) {
		struct mapping *c = list_entry(m->children.next, struct mapping, sibling);
		struct mapping *n = (struct mapping *)(t->slot[(c->pa - pa) >> order] & ~LEAF_BIT);

		list_del(&c->sibling);
		list_add_before(&c->sibling, &n->children);
		c->parent = n;
	}
	list_del(&m->sibling);
	kmem_free(s->quota, m, sizeof(*m));
	*slot = (uintptr_t)t;
	mappings_alive += SLOTS - 1;
	return 0;
}

void space_destroy(struct space *s)
{
	/* The tables empty themselves as the mappings go; the caller revoked those already. */
	arch_space_fini(s);
	kmem_free(s->quota, s->root, sizeof(*s->root));
	s->root = NULL;
}

static uint64_t table_cost(const struct ptable *t)
{
	uint64_t sum = sizeof(*t);

	for (unsigned i = 0; i < SLOTS; i++)
		if (t->slot[i] & LEAF_BIT)
			sum += sizeof(struct mapping);
		else if (t->slot[i])
			sum += table_cost((const struct ptable *)t->slot[i]);
	return sum;
}

uint64_t space_cost(const struct space *s)
{
	return s->root ? table_cost(s->root) : 0;
}

unsigned long space_mapping_count(void)
{
	return mappings_alive;
}
