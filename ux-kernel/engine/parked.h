/* SPDX-License-Identifier: MIT */
/*
 * Pages that a pager takes away one by one often come back where they were. So the host keeps a few
 * of them, without any right, and gets back to them with mprotect() in place of mmap(): less than a
 * third of the time. Which ones: those that have come back before. (What a guest's kernel unmaps
 * hardly ever does.) A filter on the way from hostmap.h to the host; what can be accessed is the
 * same as without it.
 */
#ifndef ENGINE_PARKED_H
#define ENGINE_PARKED_H

#include "hostmap.h"

#define PARKED_MAX 16U /* mappings that hostmap.h does not count */

struct parked_page {
	uint64_t va, pa;
};

struct parked {
	struct parked_page page[PARKED_MAX], leaving;
	struct {
		struct parked_page page;
		bool returned;
	} left[PARKED_MAX]; /* the last ones that were unmapped, not parked, or came back */
	unsigned next_left;
	unsigned pages, next; /* to go when there is no room */
	bool is_leaving;
};

/* The host has page @pa at @va, and will be told to unmap it. */
void parked_leave(struct parked *p, uint64_t va, uint64_t pa);

/* Hands what the host must do for @op to @emit, which returns 0 or an error that ends it. */
int parked_emit(struct parked *p, const struct host_op *op,
		int (*emit)(void *, const struct host_op *), void *arg);

#endif
