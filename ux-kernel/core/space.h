/* SPDX-License-Identifier: MIT */
/*
 * Address spaces: a four-level radix tree from page addresses to mappings. It is the truth; what
 * the host has mapped is a cache of it (arch_tlb_*).
 *
 * A mapping is one page of 4 KiB, 2 MiB or 1 GiB in one space. Mappings form trees: the parent is
 * the mapping the page was received from. sigma0's mappings are roots and are made on demand: its
 * space contains all physical memory, and that of devices, at identical addresses.
 */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include "fpage.h"
#include "list.h"

struct factory;
struct ptable;

enum mapping_flags {
	MAPPING_KU = 1,         /* kernel-user memory: can be neither mapped on nor unmapped */
	MAPPING_REFERENCED = 2, /* access flags, as the machine reports them */
	MAPPING_DIRTY = 4,
};

/* In a frame's address: device memory, of which there is none. */
#define FRAME_DEVICE (1ULL << 59)

struct mapping {
	struct mapping *parent;
	struct list children; /* siblings in no order */
	struct list sibling;
	struct space *space;
	uint64_t va, pa;
	uint8_t order;  /* 12, 21 or 30 */
	uint8_t span;   /* it came with a flexpage of this order, which lies around it */
	uint8_t rights; /* L4_FPAGE_R/W/X */
	uint8_t flags;
};

struct space {
	struct ptable *root;
	struct factory *quota;
	bool closed; /* its task is dead: nothing may be entered any more */
	bool dma;    /* seen by devices, not by a task: arch_tlb_map is an order, too */
	/* What is mapped now will be used at once, by a vCPU of the task with that space. */
	struct space *wanted_by;
	/*
	 * sigma0 only: RAM [identity_start, identity_end) and behind it, up to device_end, what a
	 * machine has its devices in; all 0 otherwise.
	 */
	uint64_t identity_start, identity_end, device_end;
	void *arch; /* owned by arch_space_init/fini */
};

int space_init(struct space *s, struct factory *quota);

/* Removes every mapping with all its descendants, then the tables. */
void space_destroy(struct space *s);

/* The mapping that covers @va, or NULL. In sigma0's space this makes the identity mapping. */
struct mapping *space_lookup(struct space *s, uint64_t va);

/* The first mapping that covers @va or lies in (@va, @end); NULL when there is none. */
struct mapping *space_next(struct space *s, uint64_t va, uint64_t end);

/* Next smaller page order: 30 -> 21 -> 12. */
unsigned page_order_below(unsigned order);

/*
 * Makes a mapping and enters it. The range must be empty. NULL: memory or quota exhausted.
 */
struct mapping *space_enter(struct space *s, struct mapping *parent, uint64_t va, uint64_t pa,
			    unsigned order, unsigned rights);

/* Takes a childless mapping out of its space and its tree, and frees it. */
void space_drop(struct mapping *m);

/* Moves a mapping to another place, keeping its position in the tree. -L4_ENOMEM or 0. */
int space_move(struct mapping *m, struct space *to, uint64_t va);

/* Replaces a large page by pages of the next order; children follow. -L4_ENOMEM or 0. */
int space_split(struct mapping *m);

/* Bytes of kernel memory the tables and mappings of @s take. */
uint64_t space_cost(const struct space *s);

/* Mappings alive in all spaces, for leak checks. */
unsigned long space_mapping_count(void);

#endif
