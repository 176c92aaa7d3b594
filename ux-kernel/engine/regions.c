// SPDX-License-Identifier: MIT
/* An AA tree: its depth is bounded, whatever a guest maps in whatever order. */
#include "regions.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_MIN 64U
#define SIZE_KEPT 1024U /* by an empty set */
#define RESERVE 2U      /* an operation cuts one region in three at most */

static bool resize(struct regions *r, uint32_t size)
{
	struct region *n = realloc(r->node, size * sizeof(*n));

	if (!n)
		return false;
	r->node = n;
	r->size = size;
	return true;
}

void regions_clear(struct regions *r)
{
	if (r->size > SIZE_KEPT)
		resize(r, SIZE_KEPT);
	memset(r->node, 0, r->size * sizeof(*r->node));
	for (uint32_t i = 1; i + 1 < r->size; i++)
		r->node[i].right = i + 1;
	r->free = 1;
	r->root = r->count = 0;
}

bool regions_init(struct regions *r)
{
	*r = (struct regions){ 0 };
	if (!resize(r, SIZE_MIN))
		return false;
	regions_clear(r);
	return true;
}

void regions_fini(struct regions *r)
{
	free(r->node);
}

bool regions_copy(struct regions *to, const struct regions *from)
{
	*to = *from;
	to->node = malloc(from->size * sizeof(*to->node));
	if (to->node)
		memcpy(to->node, from->node, from->size * sizeof(*to->node));
	return to->node;
}

bool regions_reserve(struct regions *r)
{
	uint32_t old = r->size;

	if (r->count + 1 + RESERVE <= old)
		return true;
	if (!resize(r, old * 2))
		return false;
	memset(r->node + old, 0, old * sizeof(*r->node));
	for (uint32_t i = old; i < r->size; i++) {
		r->node[i].right = r->free;
		r->free = i;
	}
	return true;
}

static uint32_t skew(struct region *n, uint32_t t)
{
	uint32_t l = n[t].left;

	if (!l || n[l].level != n[t].level)
		return t;
	n[t].left = n[l].right;
	n[l].right = t;
	return l;
}

static uint32_t split(struct region *n, uint32_t t)
{
	uint32_t r = n[t].right;

	if (!r || !n[r].right || n[n[r].right].level != n[t].level)
		return t;
	n[t].right = n[r].left;
	n[r].left = t;
	n[r].level++;
	return r;
}

static uint32_t insert(struct region *n, uint32_t t, uint32_t i)
{
	if (!t)
		return i;
	if (n[i].va < n[t].va)
		n[t].left = insert(n, n[t].left, i);
	else
		n[t].right = insert(n, n[t].right, i);
	return split(n, skew(n, t));
}

static uint32_t rebalance(struct region *n, uint32_t t)
{
	unsigned l = n[n[t].left].level, r = n[n[t].right].level, level = (l < r ? l : r) + 1;

	if (n[t].level <= level)
		return t;
	n[t].level = level;
	if (r > level)
		n[n[t].right].level = level;
	t = skew(n, t);
	if (n[t].right) {
		r = n[t].right = skew(n, n[t].right);
		if (n[r].right)
			n[r].right = skew(n, n[r].right);
	}
	t = split(n, t);
	if (n[t].right)
		n[t].right = split(n, n[t].right);
	return t;
}

/* Takes the node with address @va out; *@freed is the one that is no longer used. */
static uint32_t take(struct region *n, uint32_t t, uint64_t va, uint32_t *freed)
{
	uint32_t s;

	if (va < n[t].va) {
		n[t].left = take(n, n[t].left, va, freed);
	} else if (va > n[t].va) {
		n[t].right = take(n, n[t].right, va, freed);
	} else if (!n[t].right) { /* and so no left one: a leaf */
		*freed = t;
		return n[t].left;
	} else {
		for (s = n[t].right; n[s].left; s = n[s].left)
			;
		n[t].va = n[s].va;
		n[t].len = n[s].len;
		n[t].pa = n[s].pa;
		n[t].rights = n[s].rights;
		n[t].right = take(n, n[t].right, n[s].va, freed);
	}
	return rebalance(n, t);
}

static void add(struct regions *r, uint64_t va, uint64_t len, uint64_t pa, unsigned rights)
{
	uint32_t i = r->free;

	r->free = r->node[i].right;
	r->node[i] = (struct region){
		.va = va, .len = len, .pa = pa, .level = 1, .rights = rights
	};
	r->root = insert(r->node, r->root, i);
	r->count++;
}

static void drop(struct regions *r, uint64_t va)
{
	uint32_t i = 0;

	r->root = take(r->node, r->root, va, &i);
	r->node[i] = (struct region){ .right = r->free };
	r->free = i;
	r->count--;
}

static struct region *after(const struct regions *r, uint64_t va)
{
	uint32_t best = 0;

	for (uint32_t t = r->root; t;) {
		if (region_end(&r->node[t]) > va) {
			best = t;
			t = r->node[t].left;
		} else {
			t = r->node[t].right;
		}
	}
	return best ? &r->node[best] : NULL;
}

const struct region *regions_after(const struct regions *r, uint64_t va)
{
	return after(r, va);
}

const struct region *regions_pick(const struct regions *r, uint32_t random)
{
	uint32_t i = random % r->size;

	while (!r->node[i].level)
		i = (i + 1) % r->size;
	return &r->node[i];
}

/* Cuts the region around @va there. */
static void cut(struct regions *r, uint64_t va)
{
	struct region *n = after(r, va);
	uint64_t head;

	if (!n || n->va >= va)
		return;
	head = va - n->va;
	n->len -= head;
	/* The head is the new node: it stands where the old one stood. */
	struct region tail = *n;

	n->len = head;
	add(r, va, tail.len, tail.pa + head, tail.rights);
}

/* Joins the regions that meet at @va if they continue each other. */
static void join(struct regions *r, uint64_t va)
{
	struct region *b = after(r, va), *a = va ? after(r, va - 1) : NULL;
	uint64_t len;

	if (!a || !b || b->va != va || region_end(a) != va || a->rights != b->rights ||
	    a->pa + a->len != b->pa)
		return;
	len = b->len;
	a->len += len;
	/* Two nodes cover [va, va + len) for the moment; the search goes by start addresses. */
	drop(r, va);
}

void regions_unmap(struct regions *r, uint64_t va, uint64_t end)
{
	struct region *n;

	cut(r, va);
	cut(r, end);
	while ((n = after(r, va)) && n->va < end)
		drop(r, n->va);
}

void regions_map(struct regions *r, uint64_t va, uint64_t len, uint64_t pa, unsigned rights)
{
	regions_unmap(r, va, va + len);
	add(r, va, len, pa, rights);
	join(r, va + len);
	join(r, va);
}

void regions_protect(struct regions *r, uint64_t va, uint64_t end, unsigned rights)
{
	cut(r, va);
	cut(r, end);
	after(r, va)->rights = rights;
	join(r, end);
	join(r, va);
}
