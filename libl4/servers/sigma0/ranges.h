/* SPDX-License-Identifier: MIT */
/*
 * A map from numbers (addresses, ports) to owners: sorted ranges that do not overlap, merged
 * where they can be. Memory comes in large pieces, so that the list stays short, and a block
 * of any order is found in one pass over it.
 */
#ifndef SIGMA0_RANGES_H
#define SIGMA0_RANGES_H

#include <l4/sys/types.h>

enum {
	RANGE_FREE = 0,
	RANGE_RESERVED = 1, /* nobody gets it; smaller than any client's number */
	RANGE_SELF = 2,     /* sigma0's own use */
};

struct range {
	l4_umword_t start, end; /* end: exclusive */
	l4_umword_t owner;      /* RANGE_* or the number of a client */
	unsigned rights;        /* L4_FPAGE_*, what a page fault of the owner gets */
};

struct ranges {
	struct range *r;
	unsigned count, max;
};

/* Slots one change may need, and as many for the change that makes room for it. */
#define RANGES_SPARE 8

/* Puts a range into the map, over whatever was there. The map must have spare slots. */
void ranges_set(struct ranges *m, struct range const *new_range);

/* The range around a number, or NULL. */
struct range const *ranges_at(struct ranges const *m, l4_umword_t at);

/* Whether all of [start, end) is free or the owner's. */
int ranges_available(struct ranges const *m, l4_umword_t start, l4_umword_t end, l4_umword_t owner);

/* Lowest free block of 2^order, aligned to its size; 0: there is none. */
l4_umword_t ranges_find_free(struct ranges const *m, unsigned order);

#endif
