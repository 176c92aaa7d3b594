/* SPDX-License-Identifier: MIT */
/* Memory from sigma0, through a buddy allocator. */
#include "memory.h"

#include "buddy.h"
#include "sigma0_client.h"

#include <l4/sys/consts.h>
#include <string.h>

_Static_assert(MEM_MAX_ORDER == BUDDY_MAX_ORDER, "largest block");

#define MAX_BLOCKS 128

static struct block {
	uint64_t addr;
	unsigned order;
} blocks[MAX_BLOCKS];

static struct buddy buddy;

/* Pages that have been used: fresh ones are zero, these must be cleared before they are reused. */
static uint64_t *used;

/* Every block sigma0 gives away, largest first. */
static unsigned collect(void)
{
	unsigned n = 0;

	for (unsigned order = MEM_MAX_ORDER; order >= L4_PAGESHIFT; order--) {
		while (n < MAX_BLOCKS && !sigma0_any_page(order, &blocks[n].addr))
			blocks[n++].order = order;
	}
	return n;
}

int mem_init(void)
{
	unsigned n = collect(), home;
	uint64_t limit = 0;
	size_t buddy_size, table;

	for (unsigned i = 0; i < n; i++)
		if (blocks[i].addr + (1UL << blocks[i].order) > limit)
			limit = blocks[i].addr + (1UL << blocks[i].order);
	buddy_size = buddy_table_size(limit);
	table = l4_round_page(buddy_size + (limit >> L4_PAGESHIFT) / 8 + sizeof(*used));

	/* The smallest block that holds the bookkeeping is its home. */
	home = n;
	while (home > 0 && 1UL << blocks[home - 1].order < table)
		home--;
	if (!home)
		return -L4_ENOMEM;
	home--;

	buddy_init(&buddy, (void *)blocks[home].addr, limit);
	used = (uint64_t *)(blocks[home].addr + buddy_size);
	for (unsigned i = 0; i < n; i++)
		buddy_add_range(&buddy, blocks[i].addr + (i == home ? table : 0),
				blocks[i].addr + (1UL << blocks[i].order));
	return 0;
}

uint64_t mem_alloc(unsigned order)
{
	uint64_t addr = buddy_alloc(&buddy, order);
	uint64_t page = addr >> L4_PAGESHIFT, end = page + (1UL << (order - L4_PAGESHIFT));

	while (addr && page < end) {
		uint64_t bit = 1UL << (page % 64);

		if (!used[page / 64] && !(page % 64) && page + 64 <= end) {
			page += 64;
			continue;
		}
		if (used[page / 64] & bit)
			memset((void *)(page << L4_PAGESHIFT), 0, L4_PAGESIZE);
		used[page / 64] &= ~bit;
		page++;
	}
	return addr;
}

void mem_free(uint64_t addr, unsigned order)
{
	uint64_t page = addr >> L4_PAGESHIFT, end = page + (1UL << (order - L4_PAGESHIFT));

	for (; page < end; page++)
		used[page / 64] |= 1UL << (page % 64);
	buddy_free(&buddy, addr, order);
}
