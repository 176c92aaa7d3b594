/* SPDX-License-Identifier: MIT */
/*
 * Naturally aligned blocks of 2^order bytes, order 12..30, out of one range of addresses.
 *
 * A block is free at exactly one order. Per order there is a bitmap of the free blocks, indexed
 * by address >> order. It lies outside the memory it manages, so that free memory is never
 * touched: on a hosted kernel every first touch of a page costs a fault.
 */
#ifndef INIT_BUDDY_H
#define INIT_BUDDY_H

#include <stddef.h>
#include <stdint.h>

#define BUDDY_MIN_ORDER 12
#define BUDDY_MAX_ORDER 30
#define BUDDY_ORDERS (BUDDY_MAX_ORDER - BUDDY_MIN_ORDER + 1)

struct buddy {
	uint64_t limit; /* addresses are below this */
	struct buddy_order {
		uint64_t *free;
		size_t words, first; /* words before `first` have no free block */
		size_t count;
	} orders[BUDDY_ORDERS];
};

/* Bytes of bookkeeping for addresses below @limit. */
size_t buddy_table_size(uint64_t limit);

/* @table: zeroed memory of buddy_table_size(@limit) bytes. Nothing is free at first. */
void buddy_init(struct buddy *b, void *table, uint64_t limit);

void buddy_free(struct buddy *b, uint64_t addr, unsigned order);

/* Frees whatever pages lie in [@start, @end). */
void buddy_add_range(struct buddy *b, uint64_t start, uint64_t end);

/* Address of a block, 0 when there is none. Its content is whatever it was. */
uint64_t buddy_alloc(struct buddy *b, unsigned order);

#endif
