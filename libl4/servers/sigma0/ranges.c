/* SPDX-License-Identifier: MIT */
/* The map of owners. */
#include "ranges.h"

#include <string.h>

/* Number of the first range that ends behind at. */
static unsigned ranges_index(struct ranges const *m, l4_umword_t at)
{
	unsigned lo = 0, hi = m->count;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (m->r[mid].end <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void ranges_insert(struct ranges *m, unsigned at, struct range const *r)
{
	memmove(m->r + at + 1, m->r + at, (m->count - at) * sizeof(*r));
	m->r[at] = *r;
	m->count++;
}

static void ranges_remove(struct ranges *m, unsigned at, unsigned n)
{
	m->count -= n;
	memmove(m->r + at, m->r + at + n, (m->count - at) * sizeof(*m->r));
}

/* Makes a border at a number, if it is inside a range. */
static void ranges_split(struct ranges *m, l4_umword_t at)
{
	unsigned i = ranges_index(m, at);
	struct range upper;

	if (i == m->count || m->r[i].start >= at)
		return;
	upper = m->r[i];
	upper.start = at;
	m->r[i].end = at;
	ranges_insert(m, i + 1, &upper);
}

/* Joins a range with the one before it when nothing tells them apart. */
static void ranges_merge(struct ranges *m, unsigned i)
{
	struct range *a, *b;

	if (i == 0 || i >= m->count)
		return;
	a = &m->r[i - 1];
	b = &m->r[i];
	if (a->end != b->start || a->owner != b->owner || a->rights != b->rights)
		return;
	a->end = b->end;
	ranges_remove(m, i, 1);
}

void ranges_set(struct ranges *m, struct range const *new_range)
{
	struct range r = *new_range; /* it may lie in the map */
	unsigned first, behind;

	if (r.start >= r.end)
		return;
	ranges_split(m, r.start);
	ranges_split(m, r.end);
	first = ranges_index(m, r.start);
	behind = first;
	while (behind < m->count && m->r[behind].start < r.end)
		behind++;
	ranges_remove(m, first, behind - first);
	ranges_insert(m, first, &r);
	ranges_merge(m, first + 1);
	ranges_merge(m, first);
}

struct range const *ranges_at(struct ranges const *m, l4_umword_t at)
{
	unsigned i = ranges_index(m, at);

	return i < m->count && m->r[i].start <= at ? &m->r[i] : NULL;
}

int ranges_available(struct ranges const *m, l4_umword_t start, l4_umword_t end, l4_umword_t owner)
{
	unsigned i = ranges_index(m, start);

	for (; i < m->count && start < end; i++) {
		struct range const *r = &m->r[i];

		if (r->start > start || (r->owner != RANGE_FREE && r->owner != owner))
			return 0;
		start = r->end;
	}
	return start >= end;
}

l4_umword_t ranges_find_free(struct ranges const *m, unsigned order)
{
	l4_umword_t size = 1UL << order;

	for (unsigned i = 0; i < m->count; i++) {
		struct range const *r = &m->r[i];
		l4_umword_t start = (r->start + size - 1) & -size;

		/* Nothing can be told from an address of 0: leave the page there alone. */
		if (start == 0)
			start = size;
		if (r->owner == RANGE_FREE && start < r->end && r->end - start >= size)
			return start;
	}
	return 0;
}
