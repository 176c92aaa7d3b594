// SPDX-License-Identifier: MIT
/*
 * Message transfer: untyped words, then typed items into the receiver's buffers.
 * Rules: ABI reference 5.2 to 5.6 (L4Re manual, groups "Message Items" and "Flexpages").
 */
#include "cap.h"
#include "fpu.h"
#include "gate.h"
#include "ipc.h"
#include "mapdb.h"
#include "ports.h"
#include "regs.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/err.h>
#include <string.h>

#define MR_MAX 63U
#define BR_MAX 58U

/* One receive buffer. */
struct rcv_item {
	uint64_t window;  /* flexpage; for a small buffer one capability slot */
	struct task *dst; /* NULL: forwarded to what is no task of ours to change */
	bool local_id;
};

/* Where the next buffer of each flexpage type is read from. */
struct rcv_iter {
	const uint64_t *br;
	unsigned pos;
};

struct transfer {
	struct thread *snd, *rcv;
	struct task *snd_task, *rcv_task;
	unsigned rights;         /* of the capability sent through */
	struct rcv_iter iter[4]; /* by L4_FPAGE_* type */
};

/* Reads one buffer and moves on unless @keep. 0, or -1: void or malformed. */
static int rcv_item_read(struct transfer *x, unsigned type, bool keep, struct rcv_item *item)
{
	struct rcv_iter *it = &x->iter[type];
	unsigned pos = it->pos;
	uint64_t w;

	if (pos >= BR_MAX || !it->br || !((w = it->br[pos++]) & L4_ITEM_MAP))
		return -1;
	item->dst = x->rcv_task;
	item->local_id = false;
	if (w & L4_RCV_ITEM_SINGLE_CAP) {
		item->window = (w & ~0xfffUL) | L4_FPAGE_OBJ << L4_FPAGE_TYPE_SHIFT;
		item->local_id = w & L4_RCV_ITEM_LOCAL_ID && !(w & L4_RCV_ITEM_FORWARD_MAPPINGS);
	} else {
		if (pos >= BR_MAX)
			return -1;
		item->window = it->br[pos++];
	}
	if (w & L4_RCV_ITEM_FORWARD_MAPPINGS) {
		struct cap *c;

		if (pos >= BR_MAX)
			return -1;
		c = cap_lookup(&x->rcv_task->caps, it->br[pos++] >> L4_CAP_SHIFT);
		item->dst = c && c->obj->ops->type == KOBJ_TASK && (c->rights & CAP_W)
				    ? task_of(c->obj)
				    : NULL;
	}
	if (!keep)
		it->pos = pos;
	return 0;
}

/* Window of the wanted type; false: the kinds differ and nothing is to be mapped. */
static bool window_of(uint64_t window, unsigned type, uint64_t *base, unsigned *order)
{
	if (fpage_is_all(window)) {
		*base = 0;
		*order = 62;
		return true;
	}
	if (fpage_type(window) != type)
		return false;
	*base = type == L4_FPAGE_MEMORY ? fpage_addr(window) : fpage_index(window);
	*order = fpage_order(window);
	return true;
}

/* 1 mapped, 0 nothing there, negative error. */
static long map_memory(struct transfer *x, uint64_t w0, uint64_t fp, struct rcv_item *item)
{
	uint64_t base;
	unsigned order;

	if (!window_of(item->window, L4_FPAGE_MEMORY, &base, &order) ||
	    fpage_order(fp) < L4_PAGESHIFT)
		return 1;
	return mapdb_map(&x->snd_task->space, &item->dst->space,
			 map_range_fit(fpage_addr(fp), fpage_order(fp), base, order, w0 & ~0xfffUL),
			 fpage_rights(fp), w0 & L4_MAP_ITEM_GRANT);
}

static long map_ports(struct transfer *x, uint64_t w0, uint64_t fp, struct rcv_item *item)
{
	uint64_t base;
	unsigned order;

	if (!window_of(item->window, L4_FPAGE_IO, &base, &order))
		return 1;
	return ports_map(x->snd_task, item->dst, fp, base, order, w0 & L4_MAP_ITEM_GRANT);
}

/* S passes only through a capability that has it. */
static unsigned object_rights(const struct transfer *x, uint64_t fp)
{
	return fpage_rights(fp) & (x->rights | CAP_W | L4_CAP_FPAGE_R | CAP_D);
}

static long map_objects(struct transfer *x, uint64_t w0, uint64_t fp, struct rcv_item *item)
{
	struct map_range r;
	uint64_t base;
	unsigned order;

	if (!window_of(item->window, L4_FPAGE_OBJ, &base, &order))
		return 1;
	r = map_range_fit(fpage_index(fp), fpage_order(fp), base, order, w0 >> L4_CAP_SHIFT);
	return cap_map(x->snd_task, r.src, item->dst, r.dst, r.order, object_rights(x, fp),
		       w0 & L4_ITEM_ATTR_MASK, w0 & L4_MAP_ITEM_GRANT);
}

static long map_flexpage(struct transfer *x, uint64_t w0, uint64_t fp, struct rcv_item *item)
{
	switch (fpage_type(fp)) {
	case L4_FPAGE_MEMORY:
		return map_memory(x, w0, fp, item);
	case L4_FPAGE_IO:
		return map_ports(x, w0, fp, item);
	case L4_FPAGE_OBJ:
		return map_objects(x, w0, fp, item);
	default:
		return 0;
	}
}

/*
 * Local IDs: a receiver that asks for them learns the label of its own gate, or the raw flexpage
 * within one task, instead of getting a capability. Returns the return-item kind, 0 for neither.
 */
static uint64_t local_id(struct transfer *x, uint64_t fp, struct rcv_item *item, uint64_t *value)
{
	struct cap *c;

	if (!item->local_id)
		return 0;
	if (x->snd_task == x->rcv_task) {
		*value = fp;
		return L4_RET_ITEM_FPAGE;
	}
	if (fpage_type(fp) != L4_FPAGE_OBJ)
		return 0;
	c = cap_lookup(&x->snd_task->caps, fpage_index(fp));
	if (!c || c->obj->ops->type != KOBJ_GATE)
		return 0;
	return gate_local_label(c, x->rcv_task, object_rights(x, fp), value) ? L4_RET_ITEM_LABEL
									     : 0;
}

static unsigned transfer_item(struct transfer *x, uint64_t w0, uint64_t fp, uint64_t *out)
{
	unsigned type = fpage_type(fp);
	struct rcv_item item;
	uint64_t kind;
	long n = 0;

	if (!(w0 & L4_ITEM_MAP) || type == L4_FPAGE_SPECIAL)
		return L4_IPC_SEMSGCUT;
	if (rcv_item_read(x, type, w0 & L4_ITEM_CONT, &item) < 0)
		return L4_IPC_SEMSGCUT;
	out[0] = (w0 & ~0xff6UL) | (fp & 0xff0UL) | L4_RET_ITEM_MAPPED;
	kind = local_id(x, fp, &item, &out[1]);
	if (!kind) {
		if (!item.dst)
			return L4_IPC_SEMSGCUT;
		n = map_flexpage(x, w0, fp, &item);
		if (n < 0)
			return L4_IPC_SEMAPFAILED;
		kind = n ? L4_RET_ITEM_MAPPED : L4_RET_ITEM_NOTHING;
	}
	out[0] |= kind;
	return 0;
}

static unsigned transfer_items(struct transfer *x, const uint64_t *smr, uint64_t *rmr,
			       unsigned words, unsigned items)
{
	for (unsigned i = 0, pos = words; i < items; i++, pos += 2) {
		uint64_t w0;
		unsigned e;

		if (pos + 2 > MR_MAX)
			return L4_IPC_SEMSGCUT;
		w0 = smr[pos];
		if (!w0) {
			rmr[pos] = 0;
			continue;
		}
		e = transfer_item(x, w0, smr[pos + 1], &rmr[pos]);
		if (e)
			return e;
	}
	return 0;
}

unsigned ipc_map_item(struct thread *t, struct task *dst, uint64_t w0, uint64_t fp)
{
	struct transfer x = { .snd_task = t->task, .rights = CAP_W | CAP_S };
	struct rcv_item item = {
		.window = L4_WHOLE_ADDRESS_SPACE << L4_FPAGE_ORDER_SHIFT,
		.dst = dst,
	};

	return map_flexpage(&x, w0, fp, &item) < 0 ? L4_IPC_SEMAPFAILED : 0;
}

/* The buffers a faulting thread offers: everything goes, anywhere. */
static const uint64_t open_buffers[BR_MAX] = {
	L4_ITEM_MAP,
	L4_WHOLE_ADDRESS_SPACE << L4_FPAGE_ORDER_SHIFT,
};

static void buffers_init(struct transfer *x)
{
	const l4_utcb_layout_t *u = x->rcv->utcb;
	bool open = x->rcv->ipc.kind == IPC_EXCEPTION;
	uint64_t bdr = open ? 0 : u->bdr;
	const uint64_t *br = open ? open_buffers : u->br;

	x->iter[L4_FPAGE_MEMORY] = (struct rcv_iter){ br, bdr >> L4_BDR_MEM_SHIFT &
								  L4_BDR_OFFSET_MASK };
	x->iter[L4_FPAGE_IO] = (struct rcv_iter){ br, bdr >> L4_BDR_IO_SHIFT & L4_BDR_OFFSET_MASK };
	x->iter[L4_FPAGE_OBJ] = (struct rcv_iter){ br,
						   bdr >> L4_BDR_OBJ_SHIFT & L4_BDR_OFFSET_MASK };
}

/* 26 words of a handler replace all registers but the code segment. */
static void take_registers(struct thread *t, const uint64_t *mr)
{
	l4_exc_regs_t r;

	memcpy(&r, mr, sizeof(r));
	r.cs = t->regs.cs & 0x7f; /* without the mark of `syscall` */
	regs_load_frame(t, &r);
	regs_load_segments(t, &r);
}

/* The sender offers its vector state, the receiver wants it, the capability allows it. */
static void transfer_fpu(struct thread *snd, struct thread *rcv, bool to_exception)
{
	if ((snd->ipc.tag & L4_MSGTAG_TRANSFER_FPU) && (snd->ipc.rights & CAP_S) &&
	    (to_exception || (rcv->utcb->bdr & L4_BDR_FPU)))
		fpu_give(snd, rcv);
}

unsigned ipc_transfer(struct thread *snd, struct thread *rcv)
{
	struct transfer x = {
		.snd = snd,
		.rcv = rcv,
		.snd_task = snd->task,
		.rcv_task = rcv->task,
		.rights = snd->ipc.rights,
	};
	unsigned words = snd->ipc.tag & L4_MSGTAG_WORDS_MASK;
	unsigned items = snd->ipc.tag >> L4_MSGTAG_ITEMS_SHIFT & L4_MSGTAG_ITEMS_MASK;
	bool to_exception = rcv->ipc.kind == IPC_EXCEPTION && rcv->ipc.state == IPC_RECEIVING;
	uint64_t scratch[MR_MAX];
	const uint64_t *smr = snd->ipc.kind == IPC_EXCEPTION ? (uint64_t *)&snd->regs
							     : snd->utcb->mr;
	uint64_t *rmr = to_exception ? scratch : rcv->utcb->mr;

	if (words > MR_MAX)
		words = MR_MAX;
	if (to_exception) {
		/* An answer without registers is only leave to go on: it maps nothing either. */
		if (words < L4_UTCB_EXCEPTION_REGS_SIZE)
			return 0;
		take_registers(rcv, smr);
	} else if (smr != rmr) {
		/* memmove: overlapping UTCBs are the program's own affair. */
		memmove(rmr, smr, words * sizeof(*rmr));
	}
	if (items) {
		unsigned e;

		buffers_init(&x);
		e = transfer_items(&x, smr, rmr, words, items);
		/* A capability that arrives may end the life of either side. */
		if (e || snd->obj.dead || rcv->obj.dead)
			return e;
	}
	transfer_fpu(snd, rcv, to_exception);
	return 0;
}
