// SPDX-License-Identifier: MIT
/* int3 in frames. */
#include "breakpoint.h"

#include "../host/memory.h"

#include <errno.h>
#include <stddef.h>

#define BREAKPOINTS 256U
#define INT3 0xcc

static struct breakpoint {
	struct task *task; /* NULL: free */
	uint64_t addr;
	uint64_t frame; /* where it is in memory now; 0: it is not */
	unsigned char saved;
} breakpoint[BREAKPOINTS];

static struct breakpoint *find(const struct task *task, uint64_t addr)
{
	for (unsigned i = 0; i < BREAKPOINTS; i++)
		if (breakpoint[i].task == task && breakpoint[i].addr == addr)
			return &breakpoint[i];
	return NULL;
}

/* Another one in the same byte of memory has saved what was there. */
static const struct breakpoint *sharer(const struct breakpoint *b, uint64_t frame)
{
	for (unsigned i = 0; i < BREAKPOINTS; i++)
		if (&breakpoint[i] != b && breakpoint[i].task && breakpoint[i].frame == frame)
			return &breakpoint[i];
	return NULL;
}

static void disarm(struct breakpoint *b)
{
	unsigned char *p = b->frame ? memory_ptr(b->frame) : NULL;

	/* What the guest has written there meanwhile stays. */
	if (p && *p == INT3 && !sharer(b, b->frame))
		*p = b->saved;
	b->frame = 0;
}

static void arm(struct breakpoint *b, unsigned char *p, uint64_t frame)
{
	const struct breakpoint *other = sharer(b, frame);

	b->saved = other ? other->saved : *p;
	b->frame = frame;
	*p = INT3;
}

int breakpoint_add(struct task *task, uint64_t addr)
{
	struct breakpoint *b = find(task, addr);

	if (b)
		return 0;
	b = find(NULL, 0);
	if (!b)
		return -ENOSPC;
	*b = (struct breakpoint){ task, addr, 0, 0 };
	return 0;
}

static void drop(struct breakpoint *b)
{
	disarm(b);
	*b = (struct breakpoint){ 0 };
}

int breakpoint_remove(struct task *task, uint64_t addr)
{
	struct breakpoint *b = find(task, addr);

	if (!b)
		return -ENOENT;
	drop(b);
	return 0;
}

void breakpoint_clear(struct task *task)
{
	for (unsigned i = 0; i < BREAKPOINTS; i++)
		if (breakpoint[i].task == task)
			drop(&breakpoint[i]);
}

void breakpoint_sync(uint64_t except)
{
	for (unsigned i = 0; i < BREAKPOINTS; i++) {
		struct breakpoint *b = &breakpoint[i];
		uint64_t frame = 0, left;
		unsigned char *p = NULL;

		if (!b->task)
			continue;
		if (!b->task->obj.dead)
			p = memory_at(b->task, b->addr, &frame, &left);
		if (b->frame && (!p || b->frame != frame || frame == except))
			disarm(b);
		if (p && !b->frame && frame != except)
			arm(b, p, frame);
	}
}

void breakpoint_lift(void)
{
	for (unsigned i = 0; i < BREAKPOINTS; i++)
		if (breakpoint[i].task)
			disarm(&breakpoint[i]);
}

bool breakpoint_is(const struct task *task, uint64_t addr)
{
	return find(task, addr);
}

uint64_t breakpoint_frame(struct task *task, uint64_t addr)
{
	uint64_t frame, left;

	if (!memory_at(task, addr, &frame, &left))
		return 0;
	for (unsigned i = 0; i < BREAKPOINTS; i++)
		if (breakpoint[i].task && breakpoint[i].frame == frame)
			return frame;
	return 0;
}
