// SPDX-License-Identifier: MIT
/* One random system call: a shape filled in, then perhaps bent. */
#include "call.h"

#include "shape.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>
#include <l4/abi/ops.h>

#define MR_MAX 63U
#define TEXT_CHANCE 16U /* calls that print are made less often */

uint64_t shape_selector(struct fuzz *z, enum fuzz_kind kind)
{
	unsigned from = fuzz_below(z, z->slots);

	if (fuzz_below(z, 32) == 0)
		return L4_INVALID_CAP;
	if (fuzz_below(z, 64) == 0)
		return fuzz_random(z);
	for (unsigned i = 0; kind && i < z->slots; i++) {
		unsigned slot = (from + i) % z->slots;

		if (z->kind[slot] == kind)
			return (uint64_t)slot << L4_CAP_SHIFT;
	}
	return (uint64_t)from << L4_CAP_SHIFT;
}

uint64_t fuzz_address(struct fuzz *z)
{
	switch (fuzz_below(z, 8)) {
	case 0:
		return z->utcb_base + fuzz_below(z, 16) * 1024;
	case 1:
		return fuzz_random(z);
	case 2:
	case 3:
	case 4:
		return (fuzz_below(z, 512) << 12) + 0x40000000UL;
	default:
		return fuzz_below(z, 48UL << 20);
	}
}

uint64_t shape_object_page(struct fuzz *z, enum fuzz_kind kind)
{
	unsigned order = fuzz_below(z, 4) ? 0 : fuzz_below(z, 8);

	return (shape_selector(z, kind) & ~0xfffUL) | order << 6 | L4_FPAGE_OBJ << 4 |
	       (fuzz_below(z, 3) ? 0xf : fuzz_below(z, 16));
}

uint64_t shape_memory_page(struct fuzz *z)
{
	static const unsigned orders[] = { 12, 12, 12, 13, 14, 21, 21, 22 };
	uint64_t order = fuzz_below(z, 16) ? orders[fuzz_below(z, 8)] : fuzz_below(z, 64);

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
		return fuzz_below(z, 2) ? shape_object_page(z, FUZZ_UNKNOWN) : shape_memory_page(z);
	}
}

uint64_t shape_item_word(struct fuzz *z)
{
	uint64_t w = L4_ITEM_MAP | (fuzz_below(z, 2) ? fuzz_address(z) & ~0xfffUL
						     : fuzz_below(z, z->slots) << L4_CAP_SHIFT);

	if (fuzz_below(z, 4) == 0)
		w |= L4_MAP_ITEM_GRANT;
	if (fuzz_below(z, 4) == 0)
		w |= L4_ITEM_CONT;
	if (fuzz_below(z, 4) == 0)
		w |= fuzz_below(z, 16) << 4;
	return fuzz_below(z, 16) ? w : fuzz_random(z);
}

/* Receive items of all sorts; most often one slot for one capability. */
static void buffers(struct fuzz *z, l4_utcb_layout_t *u)
{
	u->bdr = fuzz_below(z, 8) ? 0 : fuzz_random(z);
	for (unsigned i = 0; i < 10; i++)
		switch (fuzz_below(z, 4)) {
		case 0:
			u->br[i] = fuzz_below(z, z->slots) << 12 | L4_ITEM_MAP |
				   L4_RCV_ITEM_SINGLE_CAP | (fuzz_below(z, 8) & 5);
			break;
		case 1:
			u->br[i] = L4_ITEM_MAP | fuzz_below(z, 8);
			break;
		case 2:
			u->br[i] = flexpage(z);
			break;
		default:
			u->br[i] = fuzz_below(z, 2) ? shape_selector(z, FUZZ_TASK) : fuzz_random(z);
		}
	if (fuzz_below(z, 8) == 0)
		return;
	z->made = fuzz_below(z, z->slots / 4) + z->slots * 3 / 4;
	u->br[0] = z->made << 12 | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP |
		   (fuzz_below(z, 4) ? 0 : L4_RCV_ITEM_LOCAL_ID);
	/* The other way round it is memory that is received. */
	if (fuzz_below(z, 4) == 0) {
		u->br[0] = L4_ITEM_MAP;
		u->br[1] = fuzz_below(z, 2) ? 63 << 6 : shape_memory_page(z);
	}
}

static void items(struct fuzz *z, l4_utcb_layout_t *u, const struct shape *s, unsigned words,
		  unsigned count)
{
	for (unsigned i = words; i + 1 < MR_MAX && i < words + 2 * count; i += 2) {
		u->mr[i] = shape_item_word(z);
		u->mr[i + 1] = flexpage(z);
	}
	if (s->item && count && words + 1 < MR_MAX) {
		u->mr[words] = L4_ITEM_MAP;
		u->mr[words + 1] = shape_object_page(z, s->item) & ~0xfc0UL;
	}
}

/* What a vCPU finds in its state when it resumes. */
static void vcpu_area(struct fuzz *z, l4_vcpu_state_t *v)
{
	if (!v || fuzz_below(z, 2))
		return;
	v->saved_state = fuzz_below(z, 8) ? fuzz_below(z, 0x40) : fuzz_random(z);
	v->state = fuzz_below(z, 8);
	v->user_task = shape_selector(z, FUZZ_TASK);
}

/* The kernel's shutdown is a message of two words with this label: not for us. */
static unsigned harmless(long label, unsigned words)
{
	return label == L4_PROTO_PLATFORM_CTL && words == 2 ? 3 : words;
}

/*
 * Who gets the highest priority for hours, by whatever message, leaves nobody else a turn: quanta
 * are short.
 */
static void shorten_quanta(long label, l4_utcb_layout_t *u)
{
	for (unsigned i = 4; label == L4_PROTO_SCHEDULER && i < 6; i++)
		if (u->mr[i] > FUZZ_QUANTUM_MAX)
			u->mr[i] %= FUZZ_QUANTUM_MAX;
}

struct message {
	long label;
	unsigned words, items, flags;
	uint64_t dest;
};

static void bend(struct fuzz *z, l4_utcb_layout_t *u, struct message *m)
{
	switch (fuzz_below(z, 8)) {
	case 0:
		m->words = fuzz_below(z, 4) ? fuzz_below(z, 8) : fuzz_below(z, 64);
		break;
	case 1:
		m->items = fuzz_below(z, 4) ? fuzz_below(z, 4) : fuzz_below(z, 64);
		break;
	case 2:
		m->flags = fuzz_below(z, 16);
		break;
	case 3:
		m->label = fuzz_below(z, 2) ? (long)fuzz_below(z, 28) - 26 : (long)fuzz_random(z);
		break;
	case 4:
		m->dest = shape_selector(z, FUZZ_UNKNOWN);
		break;
	case 5:
		m->dest = fuzz_below(z, 2) ? L4_INVALID_CAP
					   : fuzz_below(z, 256) << 12 | L4_REPLY_CAP_BIT;
		break;
	case 6:
		u->mr[0] = fuzz_below(z, 0x20);
		break;
	default:
		u->mr[fuzz_below(z, 8)] = fuzz_random(z);
	}
}

static uint64_t destination(struct fuzz *z, const struct shape *s)
{
	/* The calling thread itself: much of its protocol is for nobody else. */
	if (s->label == L4_PROTO_THREAD && fuzz_below(z, 2))
		return L4_INVALID_CAP;
	if (s->flags == L4_SYSF_WAIT || (s->flags & L4_SYSF_REPLY))
		return fuzz_below(z, 4) ? L4_INVALID_CAP
					: fuzz_below(z, 256) << 12 | L4_REPLY_CAP_BIT;
	return shape_selector(z, s->target);
}

static const struct shape *choose(struct fuzz *z)
{
	unsigned n = fuzz_below(z, fuzz_shapes());

	if ((shapes[n].label == L4_PROTO_LOG || shapes[n].label == L4_PROTO_DEBUGGER) &&
	    fuzz_below(z, TEXT_CHANCE))
		n = fuzz_below(z, fuzz_shapes());
	/* Messages are what all the rest is for. */
	if (fuzz_below(z, 3) == 0)
		while (shapes[n].label || shapes[n].target == FUZZ_ICU)
			n = fuzz_below(z, fuzz_shapes());
	z->shape = n;
	z->tried[n]++;
	return &shapes[n];
}

void fuzz_system_call(struct fuzz *z, l4_utcb_layout_t *u, l4_vcpu_state_t *v, struct fuzz_regs *r)
{
	/* Short ones mostly: who waits for ever does nothing any more. */
	static const uint32_t timeouts[] = { 0x04000400, 0x04000400, 0x04010401, 0x04050405,
					     0x04000401, 0x04010400, 0x04000400, 0x0c010c01,
					     0x04000400, 0x04000400, 0x04010401, 0x04050405,
					     0x04000000, 0x400,      0x0,        0x80008000 };
	const struct shape *s = choose(z);
	struct message m = { s->label, s->words, s->items, s->flags, destination(z, s) };

	vcpu_area(z, v);
	buffers(z, u);
	for (unsigned i = 0; i < 8; i++)
		u->mr[i] = fuzz_below(z, 4) ? fuzz_address(z) : fuzz_random(z);
	u->mr[0] = (uint64_t)(long)s->op;
	if (s->fill)
		s->fill(z, u);
	items(z, u, s, m.words, m.items);
	if (fuzz_below(z, 4) == 0)
		bend(z, u, &m);
	m.words = harmless(m.label, m.words);
	shorten_quanta(m.label, u);
	r->rax = (uint64_t)m.label << L4_MSGTAG_LABEL_SHIFT | m.words |
		 m.items << L4_MSGTAG_ITEMS_SHIFT |
		 (fuzz_below(z, 8) ? 0 : fuzz_random(z) & 0xf000);
	r->rdx = (m.dest & ~0xfUL) | m.flags;
	r->rsi = fuzz_random(z);
	r->r8 = timeouts[fuzz_below(z, 16)];
}

void fuzz_answered(struct fuzz *z, uint64_t tag)
{
	const struct shape *s = &shapes[z->shape];

	/* What is only sent has no answer: its own label is still there. */
	if ((tag & L4_MSGTAG_ERROR) || ((s->flags & L4_SYSF_RECV) && (long)tag < 0))
		return;
	z->fine[z->shape]++;
	if (s->target != FUZZ_FACTORY)
		return;
	switch (s->op) {
	case L4_PROTO_TASK:
		z->kind[z->made] = FUZZ_TASK;
		break;
	case L4_PROTO_THREAD:
		z->kind[z->made] = FUZZ_THREAD;
		break;
	case L4_PROTO_FACTORY:
		z->kind[z->made] = FUZZ_FACTORY;
		break;
	case L4_PROTO_IRQ_SENDER:
		z->kind[z->made] = FUZZ_IRQ;
		break;
	case L4_PROTO_SEMAPHORE:
		z->kind[z->made] = FUZZ_SEMAPHORE;
		break;
	default:
		z->kind[z->made] = FUZZ_GATE;
	}
}
