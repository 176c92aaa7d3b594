// SPDX-License-Identifier: MIT
/* Changes of host mappings, and which mappings have to go. */
#include "hostmap.h"

#include <string.h>

#define EVICT_RUN 64U          /* neighbours that go together */
#define EVICT_SPAN (2UL << 20) /* ... if they are that close to the first */
#define EVICT_SHARE 16U        /* this part of all goes in one go */

bool hostmap_init(struct hostmap *h, uint32_t limit, void (*drain)(struct hostmap *))
{
	*h = (struct hostmap){ .limit = limit, .random = 0x9e3779b9, .drain = drain };
	return regions_init(&h->regions);
}

void hostmap_fini(struct hostmap *h)
{
	regions_fini(&h->regions);
}

void hostmap_flush(struct hostmap *h)
{
	regions_clear(&h->regions);
	h->changes = 0;
	h->empty_first = true;
}

static void change_remove(struct hostmap *h, unsigned i)
{
	h->changes--;
	memmove(&h->change[i], &h->change[i + 1], (h->changes - i) * sizeof(h->change[0]));
}

static void change_insert(struct hostmap *h, unsigned i, struct host_change c)
{
	memmove(&h->change[i + 1], &h->change[i], (h->changes - i) * sizeof(h->change[0]));
	h->change[i] = c;
	h->changes++;
}

/* Index of the first change that ends behind @va. */
static unsigned change_after(const struct hostmap *h, uint64_t va)
{
	unsigned i = 0;

	while (i < h->changes && h->change[i].end <= va)
		i++;
	return i;
}

/* Takes [va, end) out of what is noted. */
static void change_forget(struct hostmap *h, uint64_t va, uint64_t end)
{
	unsigned i = change_after(h, va);

	while (i < h->changes && h->change[i].va < end) {
		struct host_change *c = &h->change[i];

		if (c->va < va && c->end > end) {
			struct host_change tail = { end, c->end, c->kind };

			c->end = va;
			change_insert(h, i + 1, tail);
			return;
		}
		if (c->va < va) {
			c->end = va;
			i++;
		} else if (c->end > end) {
			c->va = end;
		} else {
			change_remove(h, i);
		}
	}
}

/* Nothing shall be mapped in [va, end). */
static bool is_hole(const struct hostmap *h, uint64_t va, uint64_t end)
{
	const struct region *n;

	if (va >= end)
		return true;
	n = regions_after(&h->regions, va);
	return !n || n->va >= end;
}

/* One host call can do both. */
static bool continues(const struct hostmap *h, const struct host_change *a,
		      const struct host_change *b)
{
	return a->kind == b->kind &&
	       (a->end == b->va || (a->kind == HOST_UNMAP && is_hole(h, a->end, b->va)));
}

static void change_add(struct hostmap *h, uint64_t va, uint64_t end, enum host_op_kind kind)
{
	struct host_change c = { va, end, kind };
	unsigned i;

	change_forget(h, va, end);
	i = change_after(h, va);
	if (i < h->changes && continues(h, &c, &h->change[i])) {
		c.end = h->change[i].end;
		change_remove(h, i);
	}
	if (i && continues(h, &h->change[i - 1], &c))
		h->change[i - 1].end = c.end;
	else
		change_insert(h, i, c);
}

/* Before a change: it can cut one noted change in two and add its own. */
static void make_room(struct hostmap *h)
{
	if (h->changes + 2 > HOSTMAP_CHANGES)
		h->drain(h);
	if (!regions_reserve(&h->regions))
		hostmap_flush(h);
}

static void remove_range(struct hostmap *h, uint64_t va, uint64_t end)
{
	make_room(h);
	regions_unmap(&h->regions, va, end);
	change_add(h, va, end, HOST_UNMAP);
}

static uint32_t random_next(struct hostmap *h)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 17;
	h->random ^= h->random << 5;
	return h->random;
}

/* Makes room for an operation, which can cut a region in three. */
static void evict(struct hostmap *h)
{
	uint32_t target = h->limit - h->limit / EVICT_SHARE;

	if (h->regions.count + 2 <= h->limit)
		return;
	h->evictions++;
	while (h->regions.count > target) {
		const struct region *n = regions_pick(&h->regions, random_next(h));
		uint64_t va = n->va, end = region_end(n);
		unsigned run = h->regions.count - target;

		if (run > EVICT_RUN)
			run = EVICT_RUN;
		while (--run && (n = regions_after(&h->regions, end)) &&
		       region_end(n) - va <= EVICT_SPAN)
			end = region_end(n);
		remove_range(h, va, end);
	}
}

void hostmap_unmap(struct hostmap *h, uint64_t va, uint64_t len)
{
	if (is_hole(h, va, va + len))
		return; /* and where the host still has something, that is noted */
	evict(h);
	remove_range(h, va, va + len);
}

/* What is noted as not mapped yet stays so noted: its call carries rights. */
static void change_rights(struct hostmap *h, uint64_t va, uint64_t end)
{
	unsigned i = change_after(h, va);

	if (i < h->changes && h->change[i].va < end)
		change_add(h, va, end, HOST_MAP);
	else
		change_add(h, va, end, HOST_PROTECT);
}

void hostmap_again(struct hostmap *h, uint64_t va, uint64_t len)
{
	make_room(h);
	if (hostmap_find(h, va))
		change_rights(h, va, va + len);
}

/* Before a change is noted that cuts none in two. */
static void note(struct hostmap *h, uint64_t va, uint64_t end, enum host_op_kind kind)
{
	if (h->changes + 2 > HOSTMAP_CHANGES)
		h->drain(h);
	change_add(h, va, end, kind);
}

/* What differs between @old and what shall be now, in order of the address. */
static void note_differences(struct hostmap *h, const struct regions *old)
{
	const struct region *a, *b;
	uint64_t va = 0, end, a_at, b_at;

	for (;; va = end) {
		a = regions_after(old, va);
		b = regions_after(&h->regions, va);
		a_at = !a ? UINT64_MAX : a->va > va ? a->va : va;
		b_at = !b ? UINT64_MAX : b->va > va ? b->va : va;
		if (!a && !b)
			return;
		if (!b || (a && a_at < b_at)) {
			end = region_end(a) < b_at ? region_end(a) : b_at;
			note(h, a_at, end, HOST_UNMAP);
		} else if (!a || b_at < a_at) {
			end = region_end(b) < a_at ? region_end(b) : a_at;
			note(h, b_at, end, HOST_MAP);
		} else {
			end = region_end(a) < region_end(b) ? region_end(a) : region_end(b);
			if (a->rights != b->rights || a->pa - a->va != b->pa - b->va)
				note(h, a_at, end, HOST_MAP);
		}
	}
}

bool hostmap_return(struct hostmap *h, const struct regions *as)
{
	struct regions old = h->regions;

	if (!regions_copy(&h->regions, as)) {
		h->regions = old;
		return false;
	}
	note_differences(h, &old);
	regions_fini(&old);
	return true;
}

static void protect_range(struct hostmap *h, uint64_t va, uint64_t end, unsigned rights)
{
	evict(h);
	make_room(h);
	if (is_hole(h, va, end)) /* evicted right now */
		return;
	regions_protect(&h->regions, va, end, rights);
	change_rights(h, va, end);
}

void hostmap_map(struct hostmap *h, uint64_t va, uint64_t len, uint64_t pa, unsigned rights)
{
	const struct region *n = hostmap_find(h, va);

	if (n && n->pa + (va - n->va) == pa && region_end(n) >= va + len) {
		protect_range(h, va, va + len, rights);
		return;
	}
	evict(h);
	make_room(h);
	regions_map(&h->regions, va, len, pa, rights);
	change_add(h, va, va + len, HOST_MAP);
}

void hostmap_protect(struct hostmap *h, uint64_t va, uint64_t len, unsigned rights)
{
	const struct region *n;
	uint64_t end = va + len;

	while (va < end && (n = regions_after(&h->regions, va)) && n->va < end) {
		uint64_t to = region_end(n) < end ? region_end(n) : end;

		if (va < n->va)
			va = n->va;
		if (n->rights & ~rights)
			protect_range(h, va, to, n->rights & rights);
		va = to;
	}
}

const struct region *hostmap_find(const struct hostmap *h, uint64_t va)
{
	const struct region *n = regions_after(&h->regions, va);

	return n && n->va <= va ? n : NULL;
}

bool hostmap_is_settled(const struct hostmap *h, uint64_t va)
{
	unsigned i = change_after(h, va);

	return !h->empty_first && (i == h->changes || h->change[i].va > va);
}

/*
 * The calls for a change that leaves something mapped, everywhere in its range: a HOST_MAP for each
 * region, a HOST_PROTECT for neighbours with the same rights.
 */
static int emit_change(const struct hostmap *h, const struct host_change *c,
		       int (*emit)(void *, const struct host_op *), void *arg)
{
	struct host_op op = { .va = c->va };
	int e = 0;

	while (!e && op.va + op.len < c->end) {
		uint64_t va = op.va + op.len;
		const struct region *n = regions_after(&h->regions, va);
		uint64_t end = region_end(n) < c->end ? region_end(n) : c->end;

		if (op.len && (c->kind == HOST_MAP || n->rights != op.rights)) {
			e = emit(arg, &op);
			op.len = 0;
		}
		if (!op.len)
			op = (struct host_op){ c->kind, va, 0, n->pa + (va - n->va), n->rights };
		op.len += end - va;
	}
	return e ? e : emit(arg, &op);
}

int hostmap_sync(struct hostmap *h, uint64_t end, int (*emit)(void *, const struct host_op *),
		 void *arg)
{
	struct host_op all = { HOST_UNMAP, 0, end, 0, 0 };
	int e = h->empty_first ? emit(arg, &all) : 0;

	/* What goes, goes first: the host's count must not pass the limit on the way. */
	for (unsigned i = 0; !e && i < h->changes; i++) {
		const struct host_change *c = &h->change[i];
		struct host_op op = { HOST_UNMAP, c->va, c->end - c->va, 0, 0 };

		if (c->kind == HOST_UNMAP)
			e = emit(arg, &op);
	}
	for (unsigned i = 0; !e && i < h->changes; i++)
		if (h->change[i].kind != HOST_UNMAP)
			e = emit_change(h, &h->change[i], emit, arg);
	h->empty_first = false;
	h->changes = 0;
	return e;
}
