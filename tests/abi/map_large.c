/* SPDX-License-Identifier: MIT */
/* Large pages in part, pages that come back to where they are from, tasks without memory. */
#include "map.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define SMALL SLOT(20)
#define POOR SLOT(21)
#define LARGE 21U

/* 2 MiB of sigma0's, each page of which begins with 500 and its number. */
static l4_addr_t large_page(void)
{
	static l4_addr_t page;

	if (page)
		return page;
	l4_ipc_rcv_window(l4_fpage_all(), l4_utcb());
	abi_call(L4_BASE_PAGER_CAP, L4_PROTO_SIGMA0, 2, ~0xffUL | 0x90, LARGE << 6, 0);
	BR(0) = 0;
	page = MR(0) & ~0xfffUL;
	for (unsigned i = 0; i < 512; i++)
		*(volatile l4_umword_t *)(page + i * 4096UL) = 500 + i;
	return page;
}

/* A large page cannot be granted in part: the part is mapped. */
void map_large(void)
{
	l4_addr_t from = large_page(), w = window(), v = window();

	tap_is(map(TASK, TASK, from, LARGE, L4_FPAGE_RW, w), 0, "map a large page");
	tap_is(probe_read(w + 0x5000), 505, "it is there");
	tap_is(map(TASK, TASK, w + 0x5000, 12, L4_FPAGE_RW, v | L4_MAP_ITEM_GRANT), 0,
	       "grant a page of it");
	tap_is(probe_read(v), 505, "that is where it went");
	tap_is(probe_read(w + 0x5000), 505, "and still where it was");
	tap_is(probe_read(w + 0x6000), 506, "as is its neighbour");
	unmap(TASK, w, LARGE, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
	tap_is(probe_read(v), -1, "taking the large page takes the part");
	/* Elsewhere: where a small page has been, Fiasco makes small pages of a large one. */
	w = window();
	v = window();
	tap_is(map(TASK, TASK, from, LARGE, L4_FPAGE_RW, w), 0, "map it again");
	tap_is(map(TASK, TASK, w, LARGE, L4_FPAGE_RW, v | L4_MAP_ITEM_GRANT), 0, "grant all");
	tap_is(probe_read(w + 0x5000), -1, "which is gone");
	tap_is(probe_read(v + 0x5000), 505, "and is where it went");
	unmap(TASK, from, LARGE, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
	tap_is(probe_read(v + 0x5000), -1, "it still belongs to its origin");
	/* Small pieces of a large page, mapped to where they do not line up. */
	tap_is(map(TASK, TASK, from + 0x10000, 16, L4_FPAGE_RO, w + 0x30000), 0,
	       "map 64 KiB of a large page");
	tap_is(probe_read(w + 0x3f000), 500 + 0x1f, "to their last page");
	tap_is(probe_write(w + 0x30000), -4, "with the rights given");
	unmap(TASK, w + 0x30000, 16, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
}

/* A page mapped over the one it comes from: that one goes first, and all that came from it. */
void map_origin(void)
{
	l4_addr_t w = window(), v = window();

	map(TASK, TASK, POOL + 0x3000, 12, L4_FPAGE_RW, w);
	map(TASK, TASK, w, 12, L4_FPAGE_RW, v);
	tap_is(probe_read(v), 103, "a copy of a copy");
	tap_is(map(TASK, TASK, v, 12, L4_FPAGE_RW, w), 0, "map it over what it comes from");
	tap_is(probe_read(w), -1, "nothing is there any more");
	tap_is(probe_read(v), -1, "nor where it was");
	tap_is(probe_read(POOL + 0x3000), 103, "but the origin is");
}

/* Mappings cost kernel memory, which a task's factory may not have. */
void map_without_memory(void)
{
	l4_addr_t w = window();
	l4_fpage_t none = { 0 };
	l4_umword_t words[2] = { L4_ITEM_MAP, l4_fpage(POOL, 12, L4_FPAGE_RW).raw };
	l4_umword_t buffers[3] = { L4_ITEM_MAP | 1, l4_fpage_all().raw, POOR };
	long e = 0;
	struct answer a;
	unsigned i;

	tap_is(l4_error(l4_factory_create_factory(L4_BASE_FACTORY_CAP, SMALL, 0x20000)), 0,
	       "a factory of 128 KiB");
	tap_is(l4_error(l4_factory_create_task(SMALL, POOR, &none)), 0, "a task of it");
	/* Far apart: each needs page tables of its own. */
	for (i = 0; i < 200 && e >= 0; i++)
		e = map(POOR, TASK, POOL, 12, L4_FPAGE_RW, w + ((l4_addr_t)i << 32));
	tap_is(e, IPC_ERROR(L4_IPC_SEMAPFAILED), "memory for mappings comes to an end");
	tap_ok(i > 1, "but not at once");
	words[0] |= w + (300UL << 32);
	a = map_message(TAG(2, 0, 1), MAIN, words, 2, buffers, 3);
	tap_is(a.result, IPC_ERROR(L4_IPC_REMAPFAILED), "a message's item fails as well");
	tap_settle();
	tap_is(map_message_result(), IPC_ERROR(L4_IPC_SEMAPFAILED), "which its sender learns");
	actor_end(1);
	unmap(POOR, w, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
	tap_is(map(POOR, TASK, POOL, 12, L4_FPAGE_RW, w), 0, "what is given back can be used");
	abi_drop(POOR, L4_FP_DELETE_OBJ);
	abi_drop(SMALL, L4_FP_DELETE_OBJ);
}
