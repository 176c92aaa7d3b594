// SPDX-License-Identifier: MIT
/*
 * One random system call. Nothing but noise never gets beyond the first check, so most calls
 * begin as a right one and are then bent a little.
 */
#include "call.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>
#include <l4/abi/ops.h>
#include <stdbool.h>

static uint64_t selector(struct fuzz *z)
{
	if (fuzz_below(z, 32) == 0)
		return L4_INVALID_CAP;
	if (fuzz_below(z, 64) == 0)
		return fuzz_random(z);
	return fuzz_below(z, z->slots) << L4_CAP_SHIFT;
}

uint64_t fuzz_address(struct fuzz *z)
{
	switch (fuzz_below(z, 8)) {
	case 0:
		return z->utcb_base + fuzz_below(z, 16) * 1024;
	case 1:
		return fuzz_random(z);
	case 2:
		return (fuzz_below(z, 512) << 12) + 0x40000000UL;
	default:
		return fuzz_below(z, 48UL << 20);
	}
}

static uint64_t object_page(struct fuzz *z)
{
	unsigned order = fuzz_below(z, 4) ? 0 : fuzz_below(z, 8);

	return selector(z) | order << 6 | L4_FPAGE_OBJ << 4 |
	       (fuzz_below(z, 3) ? 0xf : fuzz_below(z, 16));
}

static uint64_t memory_page(struct fuzz *z)
{
	static const unsigned orders[] = { 12, 12, 12, 13, 14, 21, 21, 22 };
	unsigned order = fuzz_below(z, 16) ? orders[fuzz_below(z, 8)] : fuzz_below(z, 64);

	return (fuzz_address(z) & ~0xfffUL) | order << 6 | L4_FPAGE_MEMORY << 4 |
	       (fuzz_below(z, 3) ? 7 : fuzz_below(z, 16));
}

static uint64_t flexpage(struct fuzz *z)
{
	switch (fuzz_below(z, 16)) {
	case 0:
		return fuzz_random(z);
	case 1:
		return 63 << 6 | 15;
	default:
		return fuzz_below(z, 2) ? object_page(z) : memory_page(z);
	}
}

static uint64_t item_word(struct fuzz *z)
{
	uint64_t w = L4_ITEM_MAP |
		     (fuzz_below(z, 2) ? fuzz_address(z) & ~0xfffUL : selector(z) & ~0xfffUL);

	if (fuzz_below(z, 4) == 0)
		w |= L4_MAP_ITEM_GRANT;
	if (fuzz_below(z, 4) == 0)
		w |= fuzz_below(z, 16) << 4;
	return fuzz_below(z, 16) ? w : fuzz_random(z);
}

static void buffers(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->bdr = fuzz_below(z, 8) ? 0 : fuzz_random(z);
	for (unsigned i = 0; i < 10; i++)
		switch (fuzz_below(z, 4)) {
		case 0:
			u->br[i] = fuzz_below(z, z->slots) << 12 | L4_ITEM_MAP |
				   L4_RCV_ITEM_SINGLE_CAP;
			break;
		case 1:
			u->br[i] = L4_ITEM_MAP | fuzz_below(z, 8);
			break;
		case 2:
			u->br[i] = flexpage(z);
			break;
		default:
			u->br[i] = fuzz_below(z, 2) ? selector(z) : fuzz_random(z);
		}
	if (fuzz_below(z, 2))
		u->br[0] = fuzz_below(z, z->slots) << 12 | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP;
}

static void items(struct fuzz *z, l4_utcb_layout_t *u, unsigned words, unsigned count)
{
	for (unsigned i = words; i + 1 < 63 && i < words + 2 * count; i += 2) {
		u->mr[i] = item_word(z);
		u->mr[i + 1] = flexpage(z);
	}
}

struct shape {
	long label;
	unsigned op, words, items;
};

static const struct shape shapes[] = {
	{ L4_PROTO_TASK, L4_TASK_MAP_OP, 3, 1 },
	{ L4_PROTO_TASK, L4_TASK_MAP_OP, 3, 1 },
	{ L4_PROTO_TASK, L4_TASK_UNMAP_OP, 3, 0 },
	{ L4_PROTO_TASK, L4_TASK_UNMAP_OP, 4, 0 },
	{ L4_PROTO_TASK, L4_TASK_CAP_INFO_OP, 3, 0 },
	{ L4_PROTO_TASK, L4_TASK_ADD_KU_MEM_OP, 2, 0 },
	{ L4_PROTO_THREAD, L4_THREAD_CONTROL_OP, 6, 1 },
	{ L4_PROTO_THREAD, L4_THREAD_EX_REGS_OP, 3, 0 },
	{ L4_PROTO_THREAD, L4_THREAD_SWITCH_OP, 1, 0 },
	{ L4_PROTO_THREAD, L4_THREAD_VCPU_RESUME_OP, 1, 1 },
	{ L4_PROTO_THREAD, L4_THREAD_REGISTER_DELETE_IRQ_OP, 1, 1 },
	{ L4_PROTO_THREAD, L4_THREAD_MODIFY_SENDER_OP, 5, 0 },
	{ L4_PROTO_THREAD, L4_THREAD_VCPU_CONTROL_OP, 2, 0 },
	{ L4_PROTO_THREAD, L4_THREAD_SET_SEGMENT_BASE_OP, 2, 0 },
	{ L4_PROTO_FACTORY, 0, 3, 1 },
	{ L4_PROTO_FACTORY, 0, 3, 0 },
	{ L4_PROTO_FACTORY, 0, 3, 0 },
	{ L4_PROTO_KOBJECT, L4_RCV_EP_BIND_OP, 2, 1 },
	{ L4_PROTO_IRQ, L4_ICU_OP_BIND, 2, 1 },
	{ L4_PROTO_IRQ, L4_IRQ_OP_TRIGGER, 1, 0 },
	{ L4_PROTO_IRQ, L4_IRQ_OP_EOI, 2, 0 },
	{ L4_PROTO_IRQ_SENDER, L4_IRQ_OP_DETACH, 1, 0 },
	{ L4_PROTO_SEMAPHORE, L4_SEMAPHORE_OP_DOWN, 1, 0 },
	{ L4_PROTO_SCHEDULER, L4_SCHEDULER_RUN_THREAD_OP, 5, 1 },
	{ L4_PROTO_LOG, L4_VCON_WRITE_OP, 4, 0 },
	{ L4_PROTO_DEBUGGER, L4_DEBUGGER_NAME_SET_OP, 3, 1 },
	{ L4_PROTO_PLATFORM_CTL, 7, 2, 0 },
};

static const long products[] = { L4_PROTO_TASK,       L4_PROTO_THREAD,    L4_PROTO_FACTORY, 0,
				 L4_PROTO_IRQ_SENDER, L4_PROTO_SEMAPHORE, L4_PROTO_VM };

static void arguments(struct fuzz *z, l4_utcb_layout_t *u, const struct shape *s)
{
	for (unsigned i = 0; i < 8; i++)
		u->mr[i] = fuzz_below(z, 4) ? fuzz_address(z) : fuzz_random(z);
	u->mr[0] = s->op;
	switch (s->label) {
	case L4_PROTO_TASK:
		u->mr[1] = s->op == L4_TASK_UNMAP_OP ? fuzz_below(z, 4) << 30 : item_word(z);
		u->mr[2] = flexpage(z);
		u->mr[3] = flexpage(z);
		if (s->op == L4_TASK_ADD_KU_MEM_OP)
			u->mr[1] = memory_page(z);
		break;
	case L4_PROTO_THREAD:
		if (s->op == L4_THREAD_CONTROL_OP)
			u->mr[0] |= fuzz_random(z) & 0x1610000;
		else
			u->mr[0] |= fuzz_below(z, 8) << 16;
		if (fuzz_below(z, 2))
			u->mr[1] = selector(z);
		u->mr[2] = selector(z);
		if (s->op == L4_THREAD_VCPU_CONTROL_OP || fuzz_below(z, 4) == 0)
			u->mr[1] = z->utcb_base + 0x1000 + fuzz_below(z, 4) * 512;
		u->mr[5] = z->utcb_base + fuzz_below(z, 8) * 1024;
		break;
	case L4_PROTO_FACTORY:
		u->mr[0] = products[fuzz_below(z, 7)];
		u->mr[2] = fuzz_below(z, 2) ? z->utcb_base | 1 << 4 | 13 << 6
					    : fuzz_below(z, 1 << 20) & ~3UL;
		break;
	case L4_PROTO_IRQ:
		u->mr[1] = fuzz_below(z, 17);
		break;
	default:
		u->mr[1] &= ~3UL;
	}
}

/* What a vCPU finds in its state when it resumes. */
static void vcpu_area(struct fuzz *z, l4_vcpu_state_t *v)
{
	if (!v || fuzz_below(z, 2))
		return;
	v->saved_state = fuzz_below(z, 2) ? fuzz_below(z, 0x40) : fuzz_random(z);
	v->state = fuzz_below(z, 8);
	v->user_task = fuzz_below(z, 4) ? fuzz_below(z, z->slots) << 12 : fuzz_random(z);
}

void fuzz_system_call(struct fuzz *z, l4_utcb_layout_t *u, l4_vcpu_state_t *v, struct fuzz_regs *r)
{
	/* Short ones mostly: who waits for ever does nothing any more. */
	static const uint32_t timeouts[] = { 0x04000400, 0x04000400, 0x04010401, 0x04050405,
					     0x04000401, 0x04010400, 0x04000400, 0x0c010c01,
					     0x04000400, 0x04000400, 0x04010401, 0x04050405,
					     0x04000000, 0x400,      0x0,        0x80008000 };
	const struct shape *s = &shapes[fuzz_below(z, sizeof(shapes) / sizeof(shapes[0]))];
	long label = s->label;
	unsigned words = s->words, n = s->items, flags = L4_SYSF_CALL;

	vcpu_area(z, v);
	buffers(z, u);
	arguments(z, u, s);
	if (fuzz_below(z, 2)) { /* a message to somebody */
		static const unsigned ways[] = { 1, 2, 3, 3, 6, 7, 9, 11, 15, 15 };

		flags = fuzz_below(z, 8) ? ways[fuzz_below(z, 10)] : fuzz_below(z, 16);
		label = fuzz_below(z, 4) ? (long)fuzz_below(z, 4) - 2 : label;
		words = fuzz_below(z, 8) ? fuzz_below(z, 8) : fuzz_below(z, 64);
		n = fuzz_below(z, 2) ? fuzz_below(z, 3) : 0;
	} else if (fuzz_below(z, 16) == 0) {
		words = fuzz_below(z, 64);
		n = fuzz_below(z, 64);
	}
	items(z, u, words, n);
	if (s->items && n && words < 60 && fuzz_below(z, 4))
		u->mr[words + 1] = object_page(z);
	r->rax = ((uint64_t)label << L4_MSGTAG_LABEL_SHIFT | words | n << L4_MSGTAG_ITEMS_SHIFT) |
		 (fuzz_below(z, 8) ? 0 : fuzz_random(z) & 0xf000);
	r->rdx = (selector(z) & ~0xfUL) | flags;
	if (fuzz_below(z, 8) == 0)
		r->rdx = L4_INVALID_CAP | flags;
	r->rsi = fuzz_random(z);
	r->r8 = timeouts[fuzz_below(z, 16)];
}
