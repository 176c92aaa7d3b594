/* SPDX-License-Identifier: MIT */
/*
 * What a task process shall have mapped, and what of it the host does not know yet: the policy of
 * the TLB, without a host call in it. hostmap_sync() turns the difference into as few host calls
 * as it needs; until then changes of the same place replace each other.
 *
 * The host's limit of mappings per process is kept by forgetting: runs of neighbouring mappings,
 * chosen at random. Nothing tells which of them are in use, and of the choices that need not know,
 * this is the only one without a bad case: the oldest first would throw out, in a loop over a
 * little more than fits, exactly what comes next.
 */
#ifndef ENGINE_HOSTMAP_H
#define ENGINE_HOSTMAP_H

#include "regions.h"

#define HOSTMAP_CHANGES 64U

enum host_op_kind { HOST_UNMAP, HOST_PROTECT, HOST_MAP };

/* A call the host must make. UNMAP and PROTECT may cover holes. */
struct host_op {
	enum host_op_kind kind;
	uint64_t va, len, pa;
	unsigned rights;
};

struct host_change {
	uint64_t va, end;
	enum host_op_kind kind;
};

struct hostmap {
	struct regions regions;                     /* as it shall be */
	struct host_change change[HOSTMAP_CHANGES]; /* where the host is behind, by address */
	unsigned changes;
	bool empty_first; /* the host must forget everything else before */
	uint32_t limit;   /* of regions */
	uint32_t random;
	unsigned long evictions;
	void (*drain)(struct hostmap *); /* too many changes: calls hostmap_sync() */
};

#define HOSTMAP_LIMIT_MIN 64U

/* False: out of memory. @limit at least HOSTMAP_LIMIT_MIN. */
bool hostmap_init(struct hostmap *h, uint32_t limit, void (*drain)(struct hostmap *));
void hostmap_fini(struct hostmap *h);

/* Nothing shall be mapped. */
void hostmap_flush(struct hostmap *h);

void hostmap_map(struct hostmap *h, uint64_t va, uint64_t len, uint64_t pa, unsigned rights);
void hostmap_unmap(struct hostmap *h, uint64_t va, uint64_t len);

/* Leaves at most @rights. */
void hostmap_protect(struct hostmap *h, uint64_t va, uint64_t len, unsigned rights);

/* The host shall be told again of [va, va + len), which lies in one region. */
void hostmap_again(struct hostmap *h, uint64_t va, uint64_t len);

/* Shall be as it was when @as was a copy of the regions. false: out of memory, nothing done. */
bool hostmap_return(struct hostmap *h, const struct regions *as);

/* The region that covers @va, or NULL. */
const struct region *hostmap_find(const struct hostmap *h, uint64_t va);

/* The host has at @va what shall be there. */
bool hostmap_is_settled(const struct hostmap *h, uint64_t va);

static inline bool hostmap_is_behind(const struct hostmap *h)
{
	return h->changes || h->empty_first;
}

/*
 * Hands the calls that are due to @emit, which returns 0 or an error that ends it. After an error
 * nobody knows what the host has: flush. @end: where the address space ends.
 */
int hostmap_sync(struct hostmap *h, uint64_t end, int (*emit)(void *, const struct host_op *),
		 void *arg);

#endif
