/* SPDX-License-Identifier: MIT */
/* Lists of memory blocks; the list nodes come from pages of their own. */
#include "region.h"

#include "memory.h"

#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <string.h>

static struct region *free_nodes;

static struct region *node_get(void)
{
	struct region *r = free_nodes;

	if (!r) {
		struct region *page = (struct region *)mem_alloc(L4_PAGESHIFT);

		if (!page)
			return NULL;
		for (size_t i = 0; i < L4_PAGESIZE / sizeof(*page); i++) {
			page[i].next = free_nodes;
			free_nodes = &page[i];
		}
		r = free_nodes;
	}
	free_nodes = r->next;
	return r;
}

static void node_put(struct region *r)
{
	r->next = free_nodes;
	free_nodes = r;
}

static unsigned order_max(uint64_t start, uint64_t end)
{
	unsigned order = L4_PAGESHIFT;

	while (order < MEM_MAX_ORDER && !(start & (1UL << order)) && start + (2UL << order) <= end)
		order++;
	return order;
}

struct region *region_add_block(struct region **list, unsigned order, unsigned rights)
{
	struct region *r = node_get();

	if (!r)
		return NULL;
	r->pa = mem_alloc(order);
	if (!r->pa) {
		node_put(r);
		return NULL;
	}
	r->va = 0;
	r->order = order;
	r->rights = rights;
	r->next = *list;
	*list = r;
	return r;
}

int region_add(struct region **list, uint64_t start, uint64_t end, unsigned rights)
{
	while (start < end) {
		unsigned order = order_max(start, end);
		struct region *r = region_add_block(list, order, rights);

		/* No block of that size left: smaller ones cost more faults. */
		while (!r && order > L4_PAGESHIFT)
			r = region_add_block(list, --order, rights);
		if (!r)
			return -L4_ENOMEM;
		r->va = start;
		start += 1UL << order;
	}
	return 0;
}

struct region *region_find(struct region *list, uint64_t va)
{
	for (struct region *r = list; r; r = r->next)
		if (va >> r->order == r->va >> r->order)
			return r;
	return NULL;
}

void region_write(struct region *list, uint64_t va, const void *src, size_t len)
{
	while (len) {
		struct region *r = region_find(list, va);
		uint64_t offset = va - r->va;
		size_t n = (1UL << r->order) - offset;

		if (n > len)
			n = len;
		memcpy((void *)(r->pa + offset), src, n);
		va += n;
		src = (const char *)src + n;
		len -= n;
	}
}

void region_free_all(struct region **list)
{
	while (*list) {
		struct region *r = *list;

		*list = r->next;
		mem_free(r->pa, r->order);
		node_put(r);
	}
}
