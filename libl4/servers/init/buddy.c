/* SPDX-License-Identifier: MIT */
/* The buddy allocator of the root task. */
#include "buddy.h"

#include <stdbool.h>

static size_t order_words(uint64_t limit, unsigned order)
{
	return ((limit >> order) + 64) / 64;
}

static struct buddy_order *order_of(struct buddy *b, unsigned order)
{
	return &b->orders[order - BUDDY_MIN_ORDER];
}

size_t buddy_table_size(uint64_t limit)
{
	size_t words = 0;

	for (unsigned o = BUDDY_MIN_ORDER; o <= BUDDY_MAX_ORDER; o++)
		words += order_words(limit, o);
	return words * sizeof(uint64_t);
}

void buddy_init(struct buddy *b, void *table, uint64_t limit)
{
	uint64_t *t = table;

	b->limit = limit;
	for (unsigned o = BUDDY_MIN_ORDER; o <= BUDDY_MAX_ORDER; o++) {
		struct buddy_order *bo = order_of(b, o);

		bo->words = order_words(limit, o);
		bo->free = t;
		t += bo->words;
		bo->first = bo->words;
		bo->count = 0;
	}
}

static bool bit_test(const uint64_t *map, size_t n)
{
	return map[n / 64] >> (n % 64) & 1;
}

static void bit_set(uint64_t *map, size_t n, bool on)
{
	uint64_t bit = 1UL << (n % 64);

	if (on)
		map[n / 64] |= bit;
	else
		map[n / 64] &= ~bit;
}

static void block_enter(struct buddy *b, uint64_t addr, unsigned order)
{
	struct buddy_order *bo = order_of(b, order);
	size_t n = addr >> order;

	bit_set(bo->free, n, true);
	if (n / 64 < bo->first)
		bo->first = n / 64;
	bo->count++;
}

static void block_take(struct buddy *b, uint64_t addr, unsigned order)
{
	struct buddy_order *bo = order_of(b, order);

	bit_set(bo->free, addr >> order, false);
	bo->count--;
}

void buddy_free(struct buddy *b, uint64_t addr, unsigned order)
{
	while (order < BUDDY_MAX_ORDER) {
		uint64_t other = addr ^ (1UL << order);

		if (other >= b->limit || !bit_test(order_of(b, order)->free, other >> order))
			break;
		block_take(b, other, order);
		addr &= ~(1UL << order);
		order++;
	}
	block_enter(b, addr, order);
}

void buddy_add_range(struct buddy *b, uint64_t start, uint64_t end)
{
	while (start < end) {
		unsigned order = BUDDY_MIN_ORDER;

		while (order < BUDDY_MAX_ORDER && !(start & (1UL << order)) &&
		       start + (2UL << order) <= end)
			order++;
		buddy_free(b, start, order);
		start += 1UL << order;
	}
}

/* The lowest free block of @order, which must exist. */
static uint64_t block_find(struct buddy *b, unsigned order)
{
	struct buddy_order *bo = order_of(b, order);

	while (!bo->free[bo->first])
		bo->first++;
	return (bo->first * 64 + (unsigned)__builtin_ctzl(bo->free[bo->first])) << order;
}

uint64_t buddy_alloc(struct buddy *b, unsigned order)
{
	unsigned o = order;
	uint64_t addr;

	/* The smallest block that is large enough: large ones stay whole. */
	while (o <= BUDDY_MAX_ORDER && !order_of(b, o)->count)
		o++;
	if (o > BUDDY_MAX_ORDER)
		return 0;
	addr = block_find(b, o);
	block_take(b, addr, o);
	while (o > order) {
		o--;
		block_enter(b, addr + (1UL << o), o);
	}
	return addr;
}
