// SPDX-License-Identifier: MIT
/* Free lists by size, and a top that only grows. */
#define _GNU_SOURCE
#include "arena.h"

#include "fixed.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define UNIT 16UL
#define SMALL 4096UL /* up to here lists for each multiple of UNIT, above for powers of two */
#define SMALL_LISTS (SMALL / UNIT + 1)
#define LARGE_LISTS 36U

/* In front of each block. */
struct block {
	uint64_t list;      /* index in arena.free */
	struct block *next; /* while it is free */
};

struct arena {
	uint64_t top; /* offset of memory never used */
	struct block *free[SMALL_LISTS + LARGE_LISTS];
};

static struct arena *arena;

int arena_init(void)
{
	void *p = mmap((void *)FIXED_ARENA, FIXED_ARENA_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	arena = p;
	arena->top = (sizeof(*arena) + UNIT - 1) & ~(UNIT - 1);
	return 0;
}

bool arena_on(void)
{
	return arena;
}

static uint64_t list_of(size_t size, size_t *rounded)
{
	unsigned log = 64 - __builtin_clzl(size - 1);

	if (size <= SMALL) {
		*rounded = (size + UNIT - 1) & ~(UNIT - 1);
		return *rounded / UNIT;
	}
	*rounded = 1UL << log;
	return SMALL_LISTS + log;
}

void *arena_alloc(size_t size)
{
	size_t rounded;
	uint64_t list;
	struct block *b;

	if (size < UNIT)
		size = UNIT;
	if (size > FIXED_ARENA_SIZE / 4)
		return NULL;
	list = list_of(size, &rounded);
	b = arena->free[list];
	if (b) {
		arena->free[list] = b->next;
		memset(b + 1, 0, rounded);
		return b + 1;
	}
	if (rounded + sizeof(*b) > FIXED_ARENA_SIZE - arena->top)
		return NULL;
	b = (struct block *)((char *)arena + arena->top);
	arena->top += sizeof(*b) + rounded;
	b->list = list;
	return b + 1;
}

void arena_free(void *p)
{
	struct block *b;

	if (!p)
		return;
	b = (struct block *)p - 1;
	b->next = arena->free[b->list];
	arena->free[b->list] = b;
}

void *arena_start(void)
{
	return arena;
}

size_t arena_used(void)
{
	return arena->top;
}

bool arena_fits(const void *data, size_t used)
{
	const struct arena *copy = data;

	return used >= sizeof(*copy) && used <= FIXED_ARENA_SIZE && copy->top == used;
}
