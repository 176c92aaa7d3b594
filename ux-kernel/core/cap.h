/* SPDX-License-Identifier: MIT */
/*
 * Capabilities and capability tables. Capabilities are flat: every capability of an object is on
 * that object's list, whoever it was copied from (ABI reference 5.6).
 */
#ifndef CORE_CAP_H
#define CORE_CAP_H

#include "kobj.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>

struct task;

/* Rights kept in a capability; R is implied by the slot being filled. */
#define CAP_W L4_CAP_FPAGE_W
#define CAP_S L4_CAP_FPAGE_S
#define CAP_D L4_CAP_FPAGE_D
#define CAP_WEAK 0x10   /* does not count as a reference */
#define CAP_SERVER 0x20 /* IPC gates: control interface */
#define CAP_EXTRA L4_OBJ_ATTR_RIGHTS
#define CAP_ALL (CAP_W | CAP_S | CAP_D | CAP_EXTRA)

struct cap {
	struct kobj *obj; /* NULL: empty slot */
	struct list link;
	uint8_t rights;
};

#define CAP_LEAF 256U

struct cap_table {
	struct cap *leaf[L4_CAP_INDICES / CAP_LEAF];
};

/* Slot of @index, or NULL when it is empty or out of range. */
struct cap *cap_lookup(struct cap_table *t, uint64_t index);

/*
 * Fills slot @index of @task. The old content goes first, and its object too if the capability has
 * the right to delete it. 0, or -L4_ENOMEM when the index does not exist or memory is short.
 */
int cap_insert(struct task *task, uint64_t index, struct kobj *o, unsigned rights);

/* Empties a slot; the object dies when this was its last reference. */
void cap_remove(struct cap *c);

/* Empties every slot that names @o. */
void cap_revoke_all(struct kobj *o);

/* Empties the whole table and frees it. */
void cap_table_destroy(struct task *task);

/*
 * Copies a range of capabilities; orders count slots. @keep: rights that may pass (W, S, D, R
 * nibble of the flexpage); @attr: attribute bits of the send item. Returns the number of
 * capabilities copied or -L4_ENOMEM.
 */
long cap_map(struct task *src, uint64_t src_index, struct task *dst, uint64_t dst_index,
	     unsigned order, unsigned keep, unsigned attr, bool grant);

/* Task unmap on object flexpages: @revoke rights nibble, @del delete the objects as well. */
void cap_unmap(struct task *task, uint64_t index, unsigned order, unsigned revoke, bool del);

#endif
