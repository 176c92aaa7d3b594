// SPDX-License-Identifier: MIT
/* Guest memory as a task sees it, whatever its rights are. */
#include "../host/memory.h"
#include "breakpoint.h"

#include <string.h>

unsigned char *memory_at(struct task *task, uint64_t addr, uint64_t *frame, uint64_t *left)
{
	struct mapping *m = addr < USER_END ? space_lookup(&task->space, addr) : NULL;
	uint64_t offset;

	if (!m || m->pa & FRAME_DEVICE)
		return NULL;
	offset = addr - m->va;
	*frame = m->pa + offset;
	*left = order_size(m->order) - offset;
	return memory_ptr(m->pa) ? memory_ptr(m->pa + offset) : NULL;
}

uint64_t memory_read(struct task *task, uint64_t addr, void *buf, uint64_t len)
{
	uint64_t done = 0, frame, left;

	while (done < len) {
		const unsigned char *p = memory_at(task, addr + done, &frame, &left);

		if (!p)
			break;
		if (left > len - done)
			left = len - done;
		memcpy((char *)buf + done, p, left);
		done += left;
	}
	return done;
}

uint64_t memory_write(struct task *task, uint64_t addr, const void *buf, uint64_t len)
{
	uint64_t done = 0, frame, left;

	while (done < len) {
		unsigned char *p = memory_at(task, addr + done, &frame, &left);

		if (!p)
			break;
		if (left > len - done)
			left = len - done;
		memcpy(p, (const char *)buf + done, left);
		done += left;
	}
	return done;
}
