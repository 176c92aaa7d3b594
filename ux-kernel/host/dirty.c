// SPDX-License-Identifier: MIT
/* A byte for each page, and a list of those that are named. */
#include "dirty.h"

#include <errno.h>
#include <stdlib.h>

#define PAGE 4096UL
#define NAMED 0x80U /* the rest: how many times it was seen unchanged */
#define PATIENCE 64U
#define COOL_LEAST 64U /* pages that are worth the trouble */

bool dirty_tracked;

static uint8_t *page;
static uint32_t *list;
static unsigned count, cold;
static uint64_t end;

int dirty_start(uint64_t ram_end)
{
	free(page);
	free(list);
	end = ram_end;
	count = cold = 0;
	page = calloc(end / PAGE, sizeof(*page));
	list = calloc(end / PAGE, sizeof(*list));
	dirty_tracked = page && list;
	return dirty_tracked ? 0 : -ENOMEM;
}

void dirty_name(uint64_t pa)
{
	uint64_t n = pa / PAGE;

	if (pa >= end || page[n])
		return;
	page[n] = NAMED;
	list[count++] = (uint32_t)n;
}

uint64_t dirty_run(uint64_t pa, uint64_t len, bool *named)
{
	uint64_t at = pa;

	*named = pa >= end || page[pa / PAGE];
	if (pa >= end)
		return len;
	do
		at = (at & -PAGE) + PAGE;
	while (at < pa + len && (at >= end || page[at / PAGE]) == *named);
	return at < pa + len ? at - pa : len;
}

unsigned dirty_count(void)
{
	return count;
}

uint64_t dirty_page(unsigned n)
{
	return list[n] * PAGE;
}

void dirty_seen(unsigned n, bool changed)
{
	uint8_t *p = &page[list[n]];

	if (changed) {
		cold -= *p == (NAMED | PATIENCE);
		*p = NAMED;
	} else if (*p < (NAMED | PATIENCE)) {
		cold += ++*p == (NAMED | PATIENCE);
	}
}

bool dirty_cool_down(void)
{
	unsigned kept = 0;

	if (cold < COOL_LEAST || cold < count / 2)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (page[list[i]] == (NAMED | PATIENCE))
			page[list[i]] = 0;
		else
			list[kept++] = list[i];
	count = kept;
	cold = 0;
	return true;
}
