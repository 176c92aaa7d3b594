/* SPDX-License-Identifier: MIT */
/*
 * Messages with typed items, thrown with dice, to a thread of another task whose buffers are thrown
 * as well. Each line tells what both sides saw, and at the end what has arrived.
 */
#include "actor.h"
#include "random.h"
#include "remote.h"
#include "tap.h"

#include <l4/abi/ops.h>
#include <l4/sys/factory.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <stdio.h>
#include <string.h>

#define REMOTE (0x38UL << L4_CAP_SHIFT)
#define PAGES 16U
#define TARGET 0x60000000UL
#define BUFFERS 9U
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* What main and the other side hold, by slot. */
enum { IRQ, SEMAPHORE, GATE_HERE, GATE_THERE, FACTORY, UNBOUND, EMPTY_TASK, WEAK_GATE, COPIES };

static char area[PAGES][4096] __attribute__((aligned(PAGES * 4096)));

/* Both tasks see this. */
static volatile struct {
	l4_umword_t bdr, br[BUFFERS]; /* to wait with */
	l4_umword_t tag, label, error, mr[20];
} seen __attribute__((aligned(4096)));

static void listen(void)
{
	l4_umword_t label;

	for (;;) {
		l4_buf_regs_t *b = l4_utcb_br();

		b->bdr = seen.bdr;
		for (unsigned i = 0; i < BUFFERS; i++)
			b->br[i] = seen.br[i];
		for (unsigned i = 0; i < LENGTH(seen.mr); i++)
			MR(i) = 0xee;
		l4_utcb_tcr()->error = 0;
		seen.tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER).raw;
		seen.label = label;
		seen.error = l4_utcb_tcr()->error;
		for (unsigned i = 0; i < LENGTH(seen.mr); i++)
			seen.mr[i] = MR(i);
		abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0, TIMEOUT_ZERO);
	}
}

static void begin(unsigned seed)
{
	l4_fpage_t none = { 0 };

	random_start(seed);
	memset(area, 1, sizeof(area));
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(IRQ));
	abi_create(L4_PROTO_SEMAPHORE, SLOT(SEMAPHORE));
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(GATE_HERE), L4_BASE_THREAD_CAP, 0x1000);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(GATE_THERE), ACTOR(0), 0x2340);
	l4_factory_create_factory(L4_BASE_FACTORY_CAP, SLOT(FACTORY), 1 << 20);
	abi_create(0, SLOT(UNBOUND));
	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(EMPTY_TASK), &none);
	abi_copy(SLOT(GATE_THERE), SLOT(WEAK_GATE), L4_CAP_FPAGE_RO, L4_OBJ_ATTR_WEAK);
	abi_copy(SLOT(GATE_THERE), SLOT(COPIES), L4_CAP_FPAGE_RO, 0);
	abi_copy(SLOT(IRQ), SLOT(COPIES + 1), L4_CAP_FPAGE_RO, 0);
	abi_copy(SLOT(GATE_HERE), SLOT(COPIES + 2), L4_CAP_FPAGE_RW, 0xf0);
	remote_give(REMOTE, SLOT(EMPTY_TASK), 0);
	l4_task_map(REMOTE, L4_BASE_TASK_CAP, l4_obj_fpage(REMOTE, 0, L4_CAP_FPAGE_RWS),
		    SLOT(IRQ) | L4_ITEM_MAP);
}

static l4_umword_t window(void)
{
	switch (random_below(8)) {
	case 0:
		return l4_fpage_all().raw;
	case 1:
	case 2:
	case 3:
		return l4_fpage(TARGET + random_below(PAGES) * 4096, 12 + random_below(5),
				L4_FPAGE_RW)
			.raw;
	case 4:
		return 0;
	default:
		return l4_obj_fpage(random_slot(), random_below(4), L4_CAP_FPAGE_RWS).raw;
	}
}

/* Buffers as a receiver might have them, and some it should not have. */
static void buffers(void)
{
	unsigned n = 0;

	memset((void *)seen.br, 0, sizeof(seen.br));
	while (n + 3 <= BUFFERS) {
		unsigned kind = random_below(10);

		if (kind == 0)
			break;
		if (kind < 6) {
			seen.br[n++] = random_slot() | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP |
				       (kind == 1 ? L4_RCV_ITEM_LOCAL_ID : 0);
		} else {
			unsigned forward = kind == 6 ? L4_RCV_ITEM_FORWARD_MAPPINGS : 0;

			seen.br[n++] = L4_ITEM_MAP | forward;
			seen.br[n++] = window();
			if (forward)
				seen.br[n++] = random_slot();
		}
	}
	seen.bdr = random_below(4) ? 0 : random_below(3) | random_below(3) << 10;
}

static l4_umword_t area_page(void)
{
	return l4_fpage((l4_addr_t)area + random_below(PAGES) * 4096, 12 + random_below(4),
			random_below(3) ? 7 : (unsigned char)random_below(16))
		.raw;
}

/* Memory goes where nothing else is, wherever the window lets it. */
static void item(unsigned at)
{
	l4_umword_t page = random_below(3) ? random_page() : area_page();
	int object = (page >> 4 & 3) == L4_FPAGE_OBJ;
	l4_umword_t spot = object && random_below(8) ? random_slot()
						     : TARGET + random_below(PAGES) * 4096;

	if (random_below(12))
		MR(at) = spot | L4_ITEM_MAP | (random_below(4) ? 0 : random_below(4));
	else
		MR(at) = random_below(2) ? 0 : spot;
	if (random_below(3) == 0)
		MR(at) |= random_below(16) << 4;
	MR(at + 1) = page;
}

/* Memory lies elsewhere on each kernel. */
static l4_umword_t shown(l4_umword_t word)
{
	l4_addr_t start = (l4_addr_t)area;

	return word - start < sizeof(area) ? word - start + 0xa0000000 : word;
}

/* What we still have. */
static void look_here(void)
{
	char slots[RANDOM_SLOTS + 1] = "";

	for (unsigned i = 0; i < RANDOM_SLOTS; i++)
		slots[i] = abi_present(SLOT(i)) == 1 ? '+' : '-';
	random_line("here %s", slots);
}

static void message(void)
{
	static const l4_cap_idx_t to[] = { SLOT(GATE_THERE), ACTOR(0), SLOT(COPIES),
					   SLOT(WEAK_GATE) };
	unsigned words = random_below(4), items = random_below(4);
	l4_cap_idx_t dest = to[random_below(LENGTH(to))];
	struct answer a;

	buffers();
	tap_settle(); /* the other side waits with other buffers */
	abi_invoke(ACTOR(0) | L4_SYSF_CALL, TAG(0, 0, 0), 0, TIMEOUT_1S);
	random_line("bdr %lx br %lx %lx %lx %lx %lx %lx %lx %lx", seen.bdr, seen.br[0], seen.br[1],
		    seen.br[2], seen.br[3], seen.br[4], seen.br[5], seen.br[6], seen.br[7]);
	for (unsigned i = 0; i < words; i++)
		MR(i) = random_below(1000);
	for (unsigned i = 0; i < items; i++)
		item(words + 2 * i);
	random_line("to %lx words %u items %u mr %lx %lx %lx %lx %lx %lx %lx %lx", dest >> 12,
		    words, items, shown(MR(0)), shown(MR(1)), shown(MR(2)), shown(MR(3)),
		    shown(MR(4)), shown(MR(5)), shown(MR(6)), shown(MR(7)));
	l4_utcb_tcr()->error = 0;
	a = abi_invoke(dest | L4_SYSF_CALL, TAG(5, words, items), 0x77, TIMEOUT_1S);
	random_line("= %lx error %lx there %lx error %lx from %lx", (long)a.tag.raw,
		    l4_utcb_tcr()->error, seen.tag, seen.error, seen.label);
	random_line("mr %lx %lx %lx %lx %lx %lx %lx %lx %lx", shown(seen.mr[0]), shown(seen.mr[1]),
		    shown(seen.mr[2]), shown(seen.mr[3]), shown(seen.mr[4]), shown(seen.mr[5]),
		    shown(seen.mr[6]), shown(seen.mr[7]), shown(seen.mr[8]));
	look_here();
}

/* What a task holds, in our names. */
static void look(l4_cap_idx_t task)
{
	char slots[RANDOM_SLOTS + 1] = "", pages[2 * PAGES + 1] = "";

	for (unsigned i = 0; i < RANDOM_SLOTS; i++) {
		unsigned k = 0;

		while (k < i &&
		       abi_call(task, L4_PROTO_TASK, 3, L4_TASK_CAP_INFO_OP, SLOT(k), SLOT(i)) != 1)
			k++;
		slots[i] = abi_call(task, L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, SLOT(i), 0)
				   ? (char)('a' + k)
				   : '-';
	}
	for (unsigned i = 0; i < 2 * PAGES; i++) {
		abi_call(task, L4_PROTO_TASK, 3, L4_TASK_UNMAP_OP, L4_FP_ALL_SPACES,
			 l4_fpage(TARGET + i * 4096, 12, L4_FPAGE_RWX).raw);
		pages[i] = MR(2) & 1 ? '+' : '-';
	}
	random_line("slots %s pages %s", slots, pages);
}

static void end(void)
{
	for (unsigned i = 0; i < RANDOM_SLOTS; i++) {
		abi_drop(SLOT(i), L4_FP_DELETE_OBJ);
		l4_task_unmap(REMOTE, l4_obj_fpage(SLOT(i), 0, L4_CAP_FPAGE_RWSD),
			      L4_FP_ALL_SPACES);
	}
}

void random_items(void)
{
	remote_task(REMOTE);
	remote_start(REMOTE, 0, listen);
	for (unsigned seed = 0; seed < RANDOM_ITEMS; seed++) {
		begin(seed);
		for (unsigned i = 0; i < 12; i++)
			message();
		look(REMOTE);
		look(SLOT(EMPTY_TASK));
		end();
		random_series(seed, random_item_sums, "items");
	}
	actor_end(0);
	abi_drop(REMOTE, L4_FP_DELETE_OBJ);
}
