// SPDX-License-Identifier: MIT
/* Map, grant, unmap. */
#include "mapdb.h"

#include "../fault/hook.h"
#include "arch.h"
#include "event.h"

#include <l4/abi/err.h>

#define TOUCHED (MAPPING_REFERENCED | MAPPING_DIRTY)

static unsigned access_flags(const struct mapping *m)
{
	return (m->flags & MAPPING_REFERENCED ? 1 : 0) | (m->flags & MAPPING_DIRTY ? 2 : 0);
}

static void access_add(struct mapping *m, unsigned access)
{
	m->flags |= (access & 1 ? MAPPING_REFERENCED : 0) | (access & 2 ? MAPPING_DIRTY : 0);
}

/* Deletes all below @top and, with @self, @top itself; leaves first, without recursion. */
static unsigned subtree_delete(struct mapping *top, bool self)
{
	unsigned access = 0;
	struct mapping *m = top;

	for (;;) {
		struct mapping *up;

		while (!list_empty(&m->children))
			m = list_entry(m->children.next, struct mapping, sibling);
		if (m == top && !self)
			break;
		up = m->parent;
		access |= access_flags(m);
		if (m == top) {
			space_drop(m);
			return access;
		}
		space_drop(m);
		m = up;
	}
	access_add(top, access);
	return access;
}

static void rights_reduce(struct mapping *m, unsigned revoke)
{
	if (!(m->rights & revoke))
		return;
	m->rights &= ~revoke;
	arch_tlb_protect(m->space, m->va, m->order, m->rights);
}

/* The machine must look again. */
static void access_forget(struct mapping *m)
{
	if (!access_flags(m))
		return;
	m->flags &= ~TOUCHED;
	arch_tlb_unmap(m->space, m->va, m->order);
}

/* Next mapping of @top's subtree in pre-order, NULL at the end. */
static struct mapping *subtree_next(struct mapping *m, struct mapping *top)
{
	if (!list_empty(&m->children))
		return list_entry(m->children.next, struct mapping, sibling);
	while (m != top) {
		struct list *n = m->sibling.next;

		if (n != &m->parent->children)
			return list_entry(n, struct mapping, sibling);
		m = m->parent;
	}
	return NULL;
}

static unsigned subtree_reduce(struct mapping *top, unsigned revoke, bool self)
{
	struct mapping *m = top;
	unsigned access = 0;

	do {
		if (m == top && !self)
			continue;
		access |= access_flags(m);
		rights_reduce(m, revoke);
		if (m != top)
			access_forget(m);
	} while ((m = subtree_next(m, top)));
	access_add(top, access);
	return access;
}

/*
 * Cuts a large page. Descendants of the same size are cut first, deepest ones before their
 * parents, so that each piece finds the pieces that came from it. -L4_ENOMEM: some may be cut,
 * which changes nothing for anybody.
 */
static int split(struct mapping *top)
{
	struct mapping *m = top;
	unsigned order = top->order;

	for (;;) {
		struct mapping *same = NULL, *up = m->parent;
		bool last = m == top;
		int e;

		list_for_each(it, &m->children) {
			same = list_entry(it, struct mapping, sibling);
			if (same->order == order)
				break;
			same = NULL;
		}
		if (same) {
			m = same;
			continue;
		}
		e = space_split(m);
		if (e || last)
			return e;
		m = up;
	}
}

unsigned mapdb_unmap(struct space *s, uint64_t va, unsigned order, unsigned revoke, bool self)
{
	uint64_t end = order_trunc(va, order) + order_size(order);
	unsigned access = 0;
	struct mapping *m;

	va = order_trunc(va, order);
	/* The machine is told once what it would hear page by page. What stays comes back. */
	if (self && revoke & L4_FPAGE_R)
		arch_tlb_unmap(s, va, order);
	else if (self && revoke)
		arch_tlb_protect(s, va, order, L4_FPAGE_RWX & ~revoke);
	while ((m = space_next(s, va, end))) {
		uint64_t next = m->va + order_size(m->order);

		if (m->flags & MAPPING_KU) {
			va = next;
			continue;
		}
		/* Only a part of a large page is meant: cut it, unless memory is too short to. */
		if ((m->va < va || next > end) && m->order > 12 && !split(m))
			continue;
		if (revoke & L4_FPAGE_R)
			access |= subtree_delete(m, self);
		else
			access |= subtree_reduce(m, revoke, self);
		va = next;
	}
	return access;
}

/* Removes whatever overlaps a page that is about to be entered. */
static void make_room(struct space *dst, uint64_t va, unsigned order)
{
	mapdb_unmap(dst, va, order, L4_FPAGE_R, true);
}

static bool is_upgrade(const struct mapping *d, const struct mapping *m, uint64_t va, uint64_t pa,
		       unsigned order)
{
	return d && d->parent == m && d->pa == pa && d->va == va && d->order == order;
}

static int map_page(struct space *src, uint64_t sva, struct space *dst, uint64_t dva,
		    unsigned order, unsigned span, unsigned rights, bool grant)
{
	struct mapping *m = space_lookup(src, sva), *d = space_lookup(dst, dva), *n;
	uint64_t pa = m->pa + (sva - m->va);

	rights &= m->rights;
	if (rights & L4_FPAGE_W)
		rights |= L4_FPAGE_R;
	if (!rights)
		return 0;
	if (d && (d->flags & MAPPING_KU))
		return 0;
	if (!grant && is_upgrade(d, m, dva, pa, order)) {
		d->flags |= m->flags & TOUCHED;
		if ((d->rights | rights) != d->rights) {
			d->rights |= rights;
			arch_tlb_map(dst, d);
		}
		return 1;
	}
	make_room(dst, dva, order);
	/* The destination may have been an ancestor of the source, or the source itself. */
	m = space_lookup(src, sva);
	if (!m || m->pa + (sva - m->va) != pa)
		return 0;
	if (space_next(dst, dva, dva + order_size(order)))
		return 0; /* ku_mem, or a page too large to cut */
	if (grant && m->order == order) {
		if (space_move(m, dst, dva) < 0)
			return -L4_ENOMEM;
		m->rights = rights;
		m->span = span;
		arch_tlb_map(dst, m);
		return 1;
	}
	n = space_enter(dst, m, dva, pa, order, rights);
	if (!n)
		return -L4_ENOMEM;
	n->span = span;
	n->flags = m->flags & TOUCHED; /* as Fiasco has it: the entry is a copy */
	event(EVENT_MAP, 0, dva, pa | (uint64_t)rights << 60);
	arch_tlb_map(dst, n);
	return 1;
}

int mapdb_map(struct space *src, struct space *dst, struct map_range r, unsigned rights, bool grant)
{
	uint64_t size = order_size(r.order), pos = 0;
	bool any = false;

	if (r.order < L4_PAGESHIFT)
		return 0;
	if (dst->closed || (FAULT_ACTIVE && fault_map(dst)))
		return -L4_ENOMEM;
	while (pos < size && r.src + pos < USER_END && r.dst + pos < USER_END) {
		struct mapping *m = space_lookup(src, r.src + pos);
		unsigned order;
		int e;

		if (!m) {
			uint64_t end = r.src + size;

			if (src->identity_end) {
				if (r.src + pos >= src->identity_end &&
				    r.src + pos >= src->device_end)
					break;
				pos += L4_PAGESIZE;
				continue;
			}
			m = space_next(src, r.src + pos, end);
			if (!m)
				break;
			pos = m->va - r.src;
			continue;
		}
		order = m->order;
		while (order > 12 && (((r.src + pos) | (r.dst + pos)) & (order_size(order) - 1) ||
				      pos + order_size(order) > size ||
				      r.dst + pos + order_size(order) > USER_END))
			order = page_order_below(order);
		/* ku_mem stays where it is, but the answer does not tell it from a page. */
		e = 1;
		if (!(m->flags & MAPPING_KU))
			e = map_page(src, r.src + pos, dst, r.dst + pos, order, r.order, rights,
				     grant);
		if (e < 0)
			return e;
		any |= e;
		pos += order_size(order);
	}
	return any;
}

void mapdb_clear(struct space *s)
{
	struct mapping *m;

	/*
	 * The machine need not hear of each page, but it must forget them all: a vCPU of another
	 * task may be in here in user mode.
	 */
	s->closed = true;
	arch_tlb_flush(s);
	while ((m = space_next(s, 0, USER_END)))
		subtree_delete(m, true);
}
