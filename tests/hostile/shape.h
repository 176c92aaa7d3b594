/* SPDX-License-Identifier: MIT */
/* One kind of call, as call.c makes it from the table in shape.c. */
#ifndef HOSTILE_SHAPE_H
#define HOSTILE_SHAPE_H

#include "call.h"

#define FUZZ_QUANTUM_MAX 20000U /* us; a longer one keeps everybody of the same priority waiting */

struct shape {
	const char *name;
	void (*fill)(struct fuzz *z, l4_utcb_layout_t *u);
	long label;
	enum fuzz_kind target;
	enum fuzz_kind item; /* what the first item names; FUZZ_UNKNOWN: anything, memory too */
	int op;              /* MR0 before fill */
	uint8_t flags, words, items;
	uint8_t refused; /* right as it may be, this kernel answers it with an error */
};

extern const struct shape shapes[];

/* Building blocks, in call.c. */
uint64_t shape_selector(struct fuzz *z, enum fuzz_kind kind);
uint64_t shape_object_page(struct fuzz *z, enum fuzz_kind kind);
uint64_t shape_memory_page(struct fuzz *z);
uint64_t shape_item_word(struct fuzz *z);

#endif
