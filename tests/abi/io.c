/* SPDX-License-Identifier: MIT */
/* I/O ports: flexpages, and instructions without permission. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define TASK L4_BASE_TASK_CAP
#define IO(port, order) ((l4_umword_t)(port) << 12 | (order) << 6 | 2 << 4 | 6)

extern char io_in[], io_in_at[], io_out[], io_out_at[];

static void trap(char *from, const char *at, const char *name)
{
	struct answer a;

	(void)*(volatile char *)from;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)from, actor_stack(0), 0);
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_50MS);
	tap_isf(a.result, L4_PROTO_EXCEPTION, "%s without permission is an exception", name);
	tap_isf((long)MR(16), 13, "%s: trap number", name);
	tap_isf((long)MR(17), 0, "%s: error code", name);
	tap_isf((long)MR(18), (long)at, "%s: ip", name);
	tap_isf((long)MR(11), 0, "%s: fault address word", name);
	actor_end(0);
}

static void instructions(void)
{
	trap(io_in, io_in_at, "in");
	trap(io_out, io_out_at, "out");
}

/* Asks sigma0 for ports. */
static long ask(l4_umword_t fpage, l4_umword_t window)
{
	struct answer a;

	l4_utcb_br()->bdr = 0;
	BR(0) = L4_ITEM_MAP;
	BR(1) = window;
	BR(2) = 0;
	MR(0) = fpage;
	MR(1) = 0;
	a = abi_invoke(L4_BASE_PAGER_CAP | L4_SYSF_CALL, TAG(-8, 2, 0), 0, 0);
	BR(0) = 0;
	return a.result < 0 ? a.result : (long)l4_msgtag_items(a.tag);
}

static long map(l4_cap_idx_t to, l4_umword_t fpage, l4_umword_t base)
{
	MR(0) = L4_TASK_MAP_OP;
	MR(1) = base | L4_ITEM_MAP;
	MR(2) = fpage;
	MR(3) = L4_ITEM_MAP;
	MR(4) = l4_obj_fpage(TASK, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(to | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 1), 0, 0).result;
}

static void flexpages(void)
{
	l4_fpage_t none = { 0 };

	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(0), &none);
	tap_is(map(SLOT(0), IO(0x80, 0), 0x80000), 0, "map a port we do not have");
	tap_is(ask(IO(0x80, 0), 16UL << 6 | 0x20), 1, "sigma0 gives a port");
	/* A host process has no ports: nothing is there to map. */
	tap_is((long)MR(0) & 0xff6, tap_hosted() ? 0x22 : 0x20, "its return item is of I/O");
	tap_is(map(SLOT(0), IO(0x80, 0), 0x80000), 0, "map it on");
	tap_is(map(SLOT(0), IO(0x80, 17), 0), 0, "more ports than there are");
	MR(0) = L4_TASK_UNMAP_OP;
	MR(1) = L4_FP_ALL_SPACES;
	MR(2) = IO(0x80, 0);
	tap_is(abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 0), 0, 0).result, 0,
	       "give it back");
	tap_is((long)MR(2), (long)(IO(0x80, 0) & ~15UL), "its flexpage comes back");
	abi_drop(SLOT(0), L4_FP_DELETE_OBJ);
}

static void allowed(void)
{
	if (tap_hosted()) {
		tap_skip("an instruction with permission is executed", "there are no ports");
		return;
	}
	tap_is(ask(IO(0x80, 0), 16UL << 6 | 0x20), 1, "sigma0 gives a port");
	__asm__ volatile("outb %%al, $0x80" : : "a"(0));
	tap_ok(1, "an instruction with permission is executed");
	MR(0) = L4_TASK_UNMAP_OP;
	MR(1) = L4_FP_ALL_SPACES;
	MR(2) = IO(0x80, 0);
	abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 0), 0, 0);
	trap(io_out, io_out_at, "out to a port given back");
}

static const struct tap_group groups[] = {
	{ "instructions", instructions },
	{ "flexpages", flexpages },
	{ "allowed", allowed },
};

TAP_MAIN("abi-io")
