// SPDX-License-Identifier: MIT
/* Steps. */
#include "step.h"

#include "proc.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>

#define ARGS_SIZE (3 * sizeof(uint64_t))

_Static_assert(STUB_STEP_AT + ARGS_SIZE <= STUB_ENTRY_BLOCK_AT, "room for a step");

uint64_t step_answer(const struct hthread *h)
{
	uint64_t last = h->entry.stopped ? STUB_ENTRY_BLOCK_AT : h->answer;

	memcpy(h->frame.memory + STUB_STEP_AT, h->step.arg, ARGS_SIZE);
	return h->frame.cell + (last | STUB_ANSWER_STEP);
}

bool step_is_there(const struct seccomp_notif *n)
{
	return n->data.instruction_pointer == STUB_CODE + STUB_STEP_OFFSET;
}

bool step_is(const struct hthread *h, const struct seccomp_notif *n)
{
	return step_is_there(n) && n->data.arch == AUDIT_ARCH_X86_64 &&
	       (uint64_t)n->data.nr == h->step.nr && !memcmp(n->data.args, h->step.arg, ARGS_SIZE);
}

bool step_is_in_doubt(const struct hthread *h)
{
	return !h->entry.stopped && frame_ip(&h->frame) - STUB_CODE < STUB_STEP_END_OFFSET;
}
