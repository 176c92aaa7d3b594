/* SPDX-License-Identifier: MIT */
/* Access flags that unmapping reports, superpages, limits of addresses and orders. */
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define TASK L4_BASE_TASK_CAP

static volatile l4_umword_t pages[4][512] __attribute__((aligned(0x4000)));

static long unmap(l4_addr_t at, unsigned order, unsigned rights, l4_umword_t mask)
{
	l4_task_unmap(TASK, l4_fpage(at, (unsigned char)order, (unsigned char)rights), mask);
	return (long)MR(2) & 15;
}

static long map(l4_addr_t from, unsigned order, unsigned rights, l4_addr_t to)
{
	return l4_error(l4_task_map(TASK, TASK,
				    l4_fpage(from, (unsigned char)order, (unsigned char)rights),
				    to | L4_ITEM_MAP));
}

static void flags(void)
{
	volatile l4_umword_t *p = (volatile l4_umword_t *)0x400000000UL;

	for (unsigned i = 0; i < 4; i++)
		pages[i][0] = i;
	map((l4_addr_t)pages, 14, L4_FPAGE_RW, (l4_addr_t)p);
	unmap((l4_addr_t)p, 14, 0, L4_FP_ALL_SPACES);
	(void)*p;
	tap_is(unmap((l4_addr_t)p, 12, 0, L4_FP_ALL_SPACES) & 1, 1, "a page read is referenced");
	*p = 5;
	tap_is(unmap((l4_addr_t)p, 12, 0, L4_FP_ALL_SPACES), 3,
	       "a page written is referenced and dirty");
	tap_is(unmap((l4_addr_t)p, 12, 0, L4_FP_ALL_SPACES), 3, "asking leaves the flags");
	p[1024] = 1;
	tap_is(unmap((l4_addr_t)p, 14, 0, L4_FP_ALL_SPACES) & 2, 2,
	       "a range has those of each page");
	*p = 6;
	tap_is(unmap((l4_addr_t)p, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES), 3,
	       "unmapping reports them too");
	tap_is(unmap((l4_addr_t)p, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES), 0,
	       "nothing there, nothing to report");
	unmap((l4_addr_t)p, 14, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
}

static void lists(void)
{
	volatile l4_umword_t *p = (volatile l4_umword_t *)0x410000000UL;
	l4_umword_t fp;

	for (unsigned i = 0; i < 4; i++)
		pages[i][0] = i;
	map((l4_addr_t)pages, 14, L4_FPAGE_RW, (l4_addr_t)p);
	MR(0) = L4_TASK_UNMAP_OP;
	MR(1) = L4_FP_ALL_SPACES;
	for (unsigned i = 0; i < 4; i++)
		MR(2 + i) = l4_fpage((l4_addr_t)p + i * 4096, 12, L4_FPAGE_RWX).raw;
	fp = MR(4);
	tap_is(abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 6, 0), 0, 0).tag.raw,
	       (long)TAG(0, 6, 0), "unmapping a list echoes its words");
	tap_is((long)(MR(4) & ~15UL), (long)(fp & ~15UL), "each flexpage comes back");
	map((l4_addr_t)pages, 14, L4_FPAGE_RW, (l4_addr_t)p);
	tap_is((long)p[512], 1, "the list can be mapped again");
	unmap((l4_addr_t)p, 14, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
}

static void superpages(void)
{
	volatile l4_umword_t *p = (volatile l4_umword_t *)0x440000000UL, *q;
	l4_addr_t page;

	l4_ipc_rcv_window(l4_fpage_all(), l4_utcb());
	tap_is(abi_call(L4_BASE_PAGER_CAP, L4_PROTO_SIGMA0, 2, ~0xffUL | 0x90, 21UL << 6, 0), 0,
	       "sigma0 gives 2 MiB");
	page = MR(0) & ~0xfffUL;
	*(volatile l4_umword_t *)(page + 0x5000) = 0x55;
	*(volatile l4_umword_t *)(page + 0x6000) = 0x66;
	tap_is(map(page, 21, L4_FPAGE_RW, (l4_addr_t)p), 0, "map them");
	tap_is((long)p[0x5000 / 8], 0x55, "they are there");
	/* Fiasco takes all of a large page when a part is taken. */
	unmap((l4_addr_t)p, 21, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
	q = (volatile l4_umword_t *)0x448000000UL;
	tap_is(map(page + 0x5000, 12, L4_FPAGE_RW, (l4_addr_t)q), 0, "map one page of them");
	tap_is((long)*q, 0x55, "it is there");
	unmap((l4_addr_t)q, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
}

static void limits(void)
{
	pages[0][0] = 7;
	tap_is(map((l4_addr_t)pages, 12, L4_FPAGE_RW, 0x800000000000UL), 0,
	       "map beyond the last user address answers 0");
	tap_is(map(0x800000000000UL, 12, L4_FPAGE_RW, 0x450000000UL), 0,
	       "map from beyond the last user address");
	tap_is(l4_error(l4_task_unmap(TASK, l4_fpage(0x800000000000UL, 12, L4_FPAGE_RWX),
				      L4_FP_ALL_SPACES)),
	       0, "unmap beyond the last user address");
	tap_is((long)pages[0][0], 7, "and nothing happens to what is ours");
}

static const struct tap_group groups[] = {
	{ "flags", flags },
	{ "lists", lists },
	{ "superpages", superpages },
	{ "limits", limits },
};

TAP_MAIN("abi-access")
