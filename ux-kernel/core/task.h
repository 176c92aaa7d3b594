/* SPDX-License-Identifier: MIT */
/* Task: an address space and a capability table (L4Re manual, group "Task"). */
#ifndef CORE_TASK_H
#define CORE_TASK_H

#include "cap.h"
#include "reply.h"
#include "space.h"

struct thread;

/* One piece of kernel-user memory; the kernel reads UTCBs and vCPU states through @kernel. */
struct ku_area {
	struct list link;
	uint64_t va;
	unsigned pages;
	char *kernel;
};

struct task {
	struct kobj obj;
	struct space space;
	struct space *ports; /* I/O ports; NULL: it has never had any */
	struct cap_table caps;
	struct reply_space replies;
	struct list ku_areas;
	struct list dying_link;
	struct list threads; /* threads bound to this task: struct thread.task_link */
};

static inline struct task *task_of(struct kobj *o)
{
	return (struct task *)o;
}

struct task *task_create(struct factory *quota);

/*
 * Adds zeroed kernel-user memory for the memory flexpage @fp, which becomes the answer's word.
 * 0, -L4_EINVAL (type or order), -L4_EEXIST (range in use), -L4_ENOMEM.
 */
int task_add_ku_mem(struct task *t, uint64_t *fp);

/*
 * Maps at most @pages pages of kernel memory, from the frame @pa on, to be read; @fp and errors as
 * above. The memory has to outlive the task.
 */
int task_share(struct task *t, uint64_t *fp, uint64_t pa, unsigned pages);

/* Bytes of kernel memory a task takes beyond its object. */
uint64_t task_cost(const struct task *t);

/* The memory flexpage of a map message (words 1 and 2), from @src to @dst. As mapdb_map(). */
int task_map_memory(struct task *src, struct space *dst, struct call *c);

/* Kernel pointer to [@va, @va + @size) if all of it is in one ku_mem area, else NULL. */
void *task_ku_ptr(struct task *t, uint64_t va, uint64_t size);

#endif
