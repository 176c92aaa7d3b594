/* SPDX-License-Identifier: MIT */
/*
 * Reply capabilities: who waits for an answer, and with which rights it called. Each thread has
 * an implicit slot; a task has a space of explicit ones, so that a server can take further calls
 * before it answers the first (ABI reference 2). A caller is in one slot at most.
 */
#ifndef CORE_REPLY_H
#define CORE_REPLY_H

#include <stdint.h>

struct task;
struct thread;

struct reply_slot {
	struct thread *caller; /* whose ipc.answer points back here; NULL: empty */
	unsigned rights;       /* W, S of the capability it called through */
};

#define REPLY_LEAF 64U
#define REPLY_LEAVES 64U

/* Leaves appear when a wait first names one of their slots, and stay. */
struct reply_space {
	struct reply_slot *leaf[REPLY_LEAVES];
};

/* The explicit slot @index; NULL: there is none. */
struct reply_slot *reply_find(struct task *task, uint64_t index);

/* The same, made if need be; NULL: index too large, or out of memory. */
struct reply_slot *reply_make(struct task *task, uint64_t index);

/* Puts @caller into the slot; whoever was there will not be answered. */
void reply_set(struct reply_slot *s, struct thread *caller, unsigned rights);

/* Empties a slot. */
void reply_clear(struct reply_slot *s);

/* @caller no longer waits for its answer. */
void reply_forget(struct thread *caller);

/* The end of a task. */
void reply_space_destroy(struct task *task);

#endif
