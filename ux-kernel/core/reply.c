// SPDX-License-Identifier: MIT
/* Reply capabilities. */
#include "reply.h"

#include "kmem.h"
#include "task.h"
#include "thread.h"

#define LEAF_SIZE (REPLY_LEAF * sizeof(struct reply_slot))

struct reply_slot *reply_find(struct task *task, uint64_t index)
{
	struct reply_slot *leaf;

	if (index >= REPLY_LEAF * REPLY_LEAVES)
		return NULL;
	leaf = task->replies.leaf[index / REPLY_LEAF];
	return leaf ? &leaf[index % REPLY_LEAF] : NULL;
}

struct reply_slot *reply_make(struct task *task, uint64_t index)
{
	struct reply_slot **leaf;

	if (index >= REPLY_LEAF * REPLY_LEAVES)
		return NULL;
	leaf = &task->replies.leaf[index / REPLY_LEAF];
	if (!*leaf) {
		*leaf = kmem_alloc(task->obj.quota, LEAF_SIZE);
		if (!*leaf)
			return NULL;
	}
	return &(*leaf)[index % REPLY_LEAF];
}

void reply_clear(struct reply_slot *s)
{
	if (s->caller)
		s->caller->ipc.answer = NULL;
	s->caller = NULL;
}

void reply_set(struct reply_slot *s, struct thread *caller, unsigned rights)
{
	reply_clear(s);
	reply_forget(caller);
	s->caller = caller;
	s->rights = rights;
	caller->ipc.answer = s;
}

void reply_forget(struct thread *caller)
{
	if (caller->ipc.answer)
		reply_clear(caller->ipc.answer);
}

void reply_space_destroy(struct task *task)
{
	for (unsigned i = 0; i < REPLY_LEAVES; i++) {
		struct reply_slot *leaf = task->replies.leaf[i];

		if (!leaf)
			continue;
		for (unsigned k = 0; k < REPLY_LEAF; k++)
			reply_clear(&leaf[k]);
		task->replies.leaf[i] = NULL;
		kmem_free(task->obj.quota, leaf, LEAF_SIZE);
	}
}
