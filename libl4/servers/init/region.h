/* SPDX-License-Identifier: MIT */
/*
 * The memory of a program: a list of naturally aligned blocks, each with the address at which
 * the program sees it. One block answers one page fault, so blocks are as large as alignment
 * and free memory allow.
 */
#ifndef INIT_REGION_H
#define INIT_REGION_H

#include <stddef.h>
#include <stdint.h>

struct region {
	struct region *next;
	uint64_t va; /* aligned to the block, like pa */
	uint64_t pa; /* our own address of it */
	uint8_t order;
	uint8_t rights; /* L4_FPAGE_R/W/X */
};

/*
 * Backs [@start, @end), both page aligned, with zeroed blocks. 0, or -L4_ENOMEM; what was added
 * before memory ran out stays in the list.
 */
int region_add(struct region **list, uint64_t start, uint64_t end, unsigned rights);

/* Takes one block of exactly @order that has no address. NULL: out of memory. */
struct region *region_add_block(struct region **list, unsigned order, unsigned rights);

/* The region that contains @va, or NULL. */
struct region *region_find(struct region *list, uint64_t va);

/* Writes @len bytes to @va, which must be backed completely. */
void region_write(struct region *list, uint64_t va, const void *src, size_t len);

/* Gives all blocks back. Nobody else may have them mapped any more. */
void region_free_all(struct region **list);

#endif
