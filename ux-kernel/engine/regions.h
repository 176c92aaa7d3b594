/* SPDX-License-Identifier: MIT */
/*
 * The mappings of one host process as the host counts them: disjoint ranges in order of their
 * address, neighbours that continue each other being one. A balanced tree in an array.
 */
#ifndef ENGINE_REGIONS_H
#define ENGINE_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

struct region {
	uint64_t va, len, pa;
	uint32_t left, right; /* indices of children; 0: none */
	uint8_t level;        /* 0: not in use */
	uint8_t rights;       /* L4_FPAGE_* */
};

struct regions {
	struct region *node; /* [0] stands for "none" */
	uint32_t size;       /* of the array */
	uint32_t root, free;
	uint32_t count; /* of regions */
};

/* An empty set. False: out of memory. */
bool regions_init(struct regions *r);
void regions_fini(struct regions *r);

void regions_clear(struct regions *r);

/* @to, which was not initialised, becomes a copy. false: out of memory. */
bool regions_copy(struct regions *to, const struct regions *from);

/* Makes sure that the next operation finds memory. False: there is none, nothing has changed. */
bool regions_reserve(struct regions *r);

/* The first region that ends behind @va, NULL: none. Valid until the next change. */
const struct region *regions_after(const struct regions *r, uint64_t va);

/* The one at a random place. There must be one. */
const struct region *regions_pick(const struct regions *r, uint32_t random);

/* After regions_reserve(): replaces what is in [va, va + len). */
void regions_map(struct regions *r, uint64_t va, uint64_t len, uint64_t pa, unsigned rights);
void regions_unmap(struct regions *r, uint64_t va, uint64_t end);

/* After regions_reserve(): other rights for [va, end), which lies within one region. */
void regions_protect(struct regions *r, uint64_t va, uint64_t end, unsigned rights);

static inline uint64_t region_end(const struct region *n)
{
	return n->va + n->len;
}

#endif
