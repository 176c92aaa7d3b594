/* SPDX-License-Identifier: MIT */
/*
 * Mapping and unmapping memory: rights, windows, the tree. A thread of our task tries what can
 * be reached; the main thread is its pager. Read map_items.c next.
 */
#include "map.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define PAGE(n) \
	{ \
		100 + (n) \
	}
#define PAGES4(n) PAGE(n), PAGE((n) + 1), PAGE((n) + 2), PAGE((n) + 3)

l4_umword_t pool[PAGES][512] __attribute__((aligned(PAGES * 4096))) = {
	PAGES4(0), PAGES4(4), PAGES4(8), PAGES4(12), PAGES4(16), PAGES4(20), PAGES4(24), PAGES4(28),
};

static struct {
	l4_addr_t at;
	int kind;
} probe;

l4_addr_t window(void)
{
	static l4_addr_t next = 0x200000000UL;

	/* Only what our pager has given us can be mapped on. */
	for (unsigned i = 0; i < PAGES; i++)
		(void)*(volatile l4_umword_t *)pool[i];
	next += 0x10000000UL;
	return next;
}

static void prober(void)
{
	volatile l4_umword_t *p = (volatile l4_umword_t *)probe.at;
	l4_umword_t got = 0;

	if (probe.kind == 0)
		got = *p;
	else if (probe.kind == 1)
		*(volatile char *)(probe.at + 4000) = 1;
	else
		((void (*)(void))probe.at)();
	MR(0) = got;
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(1, 1, 0), 0, 0);
	actor_stop();
}

static long probe_any(l4_addr_t at, int kind)
{
	struct answer a;
	long r;

	probe.at = at;
	probe.kind = kind;
	/* Faults of the thread are to come from the probe alone. */
	for (l4_addr_t p = 8; p < 8192; p += 512)
		*(volatile char *)(actor_stack(0) - p) = 0;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)prober, actor_stack(0), 0);
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	r = a.result == L4_PROTO_PAGE_FAULT ? -1 - (long)(MR(0) & 7) : (long)MR(0);
	if (a.result != L4_PROTO_PAGE_FAULT && a.result != 1)
		r = a.result;
	actor_end(0);
	return r;
}

long probe_read(l4_addr_t at)
{
	return probe_any(at, 0);
}

long probe_write(l4_addr_t at)
{
	return probe_any(at, 1);
}

long probe_exec(l4_addr_t at)
{
	return probe_any(at, 2);
}

long map(l4_cap_idx_t to, l4_cap_idx_t from, l4_addr_t addr, unsigned order, unsigned rights,
	 l4_umword_t base)
{
	return l4_error(l4_task_map(to, from,
				    l4_fpage(addr, (unsigned char)order, (unsigned char)rights),
				    base | L4_ITEM_MAP));
}

long unmap(l4_cap_idx_t task, l4_addr_t addr, unsigned order, unsigned rights, l4_umword_t mask)
{
	return l4_error(l4_task_unmap(
		task, l4_fpage(addr, (unsigned char)order, (unsigned char)rights), mask));
}

#define ABSENT_READ (-1L)
#define ABSENT_WRITE (-3L)
#define DENIED_WRITE (-4L)
#define DENIED_EXEC (-6L)

static void rights(void)
{
	static const struct {
		unsigned rights;
		long read, write, exec;
	} kinds[] = {
		{ L4_FPAGE_RO, 101, DENIED_WRITE, DENIED_EXEC },
		{ L4_FPAGE_RW, 101, 0, DENIED_EXEC },
		{ L4_FPAGE_RX, 101, DENIED_WRITE, 0 },
		{ L4_FPAGE_RWX, 101, 0, 0 },
		{ L4_FPAGE_W, 101, 0, DENIED_EXEC },
		{ 0, ABSENT_READ, ABSENT_WRITE, -5 },
	};

	l4_addr_t page;

	/* Our own pages are not executable; any page from sigma0 is. */
	l4_ipc_rcv_window(l4_fpage_all(), l4_utcb());
	tap_is(abi_call(L4_BASE_PAGER_CAP, L4_PROTO_SIGMA0, 2, ~0xffUL | 0x90, 12UL << 6, 0), 0,
	       "sigma0 gives any page");
	page = MR(0) & ~0xfffUL;
	*(volatile l4_umword_t *)page = 101;
	/* A return instruction, so that the page can be executed from offset 8. */
	*(volatile unsigned char *)(page + 8) = 0xc3;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		l4_addr_t w = window();

		tap_isf(map(TASK, TASK, page, 12, kinds[i].rights, w), 0, "map with rights %u",
			kinds[i].rights);
		tap_isf(probe_read(w), kinds[i].read, "rights %u: read", kinds[i].rights);
		tap_isf(probe_write(w), kinds[i].write, "rights %u: write", kinds[i].rights);
		tap_isf(probe_exec(w + 8), kinds[i].exec, "rights %u: execute", kinds[i].rights);
	}
}

static void again(void)
{
	l4_addr_t w = window(), v = window();

	map(TASK, TASK, POOL, 12, L4_FPAGE_RO, w);
	map(TASK, TASK, POOL, 12, L4_FPAGE_RW, w);
	tap_is(probe_write(w), 0, "mapping again with more rights adds them");
	map(TASK, TASK, POOL, 12, L4_FPAGE_RO, w);
	tap_is(probe_write(w), 0, "mapping again with fewer rights takes none");
	map(TASK, TASK, POOL + 0x3000, 12, L4_FPAGE_RO, w);
	tap_is(probe_read(w), 103, "another page replaces the old one");
	tap_is(probe_write(w), DENIED_WRITE, "and its rights");
	map(TASK, TASK, w, 12, L4_FPAGE_RWX, v);
	tap_is(probe_write(v), DENIED_WRITE, "rights do not grow from copy to copy");
	tap_is(map(TASK, TASK, POOL, 11, L4_FPAGE_RW, w), 0, "order 11 is no error");
	tap_is(probe_read(w), 103, "and changes nothing");
	tap_is(map(TASK, TASK, window(), 12, L4_FPAGE_RW, window()), 0, "an empty source");
	w = window();
	tap_is(map(TASK, TASK, L4_KERNEL_UTCB_ADDR, 12, L4_FPAGE_RW, w), 0, "ku_mem as a source");
	tap_is(probe_read(w), ABSENT_READ, "maps nothing");
	w = window();
	map(TASK, TASK, POOL + 0x1000, 14, L4_FPAGE_RW, w);
	tap_is(probe_read(w), 100, "the source address is cut to the order");
	tap_is(probe_read(w + 0x3000), 103, "and all of it is mapped");
	tap_is(probe_read(w + 0x4000), ABSENT_READ, "but not more");
	w = window();
	map(TASK, TASK, POOL, 14, L4_FPAGE_RW, w + 0x2000);
	tap_is(probe_read(w), 100, "the destination is cut to the order");
	tap_is(probe_read(w + 0x2000), 102, "and nothing is shifted");
}

static void unmapping(void)
{
	l4_addr_t w = window(), v = window();

	map(TASK, TASK, POOL, 14, L4_FPAGE_RW, w);
	map(TASK, TASK, w, 14, L4_FPAGE_RW, v);
	unmap(TASK, w, 12, L4_FPAGE_W, L4_FP_OTHER_SPACES);
	tap_is(probe_write(w), 0, "taking W from others leaves ours");
	tap_is(probe_write(v), DENIED_WRITE, "taking W from others takes it");
	tap_is(probe_read(v), 100, "and leaves R");
	unmap(TASK, w + 0x1000, 12, L4_FPAGE_W, L4_FP_ALL_SPACES);
	tap_is(probe_write(w + 0x1000), DENIED_WRITE, "taking W from all takes ours");
	tap_is(probe_write(v + 0x1000), DENIED_WRITE, "and that of others");
	map(TASK, TASK, POOL + 0x1000, 12, L4_FPAGE_RW, w + 0x1000);
	tap_is(probe_write(w + 0x1000), 0, "W comes back by mapping again");
	tap_is(probe_write(v + 0x1000), DENIED_WRITE, "but not to others");
	unmap(TASK, w + 0x2000, 12, L4_FPAGE_RO, L4_FP_OTHER_SPACES);
	tap_is(probe_read(w + 0x2000), 102, "taking R from others leaves ours");
	tap_is(probe_read(v + 0x2000), ABSENT_READ, "taking R from others takes the page");
	unmap(TASK, w + 0x3000, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
	tap_is(probe_read(w + 0x3000), ABSENT_READ, "taking R from all takes ours");
	tap_is(probe_read(v + 0x3000), ABSENT_READ, "and that of others");
	tap_is((long)pool[3][0], 103, "but not what it came from");
	tap_is(unmap(TASK, w, 12, 0, 0), 0, "unmap of nothing");
	tap_is((long)(MR(2) & ~3UL), (long)l4_fpage(w, 12, 0).raw, "the flexpage comes back");
	unmap(TASK, POOL, 14, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
	tap_is(probe_read(w), ABSENT_READ, "unmapping the origin takes every copy");
	tap_is(probe_read(v), ABSENT_READ, "and copies of copies");
	tap_is((long)pool[0][0], 100, "and not the origin");
}

static void granting(void)
{
	l4_addr_t w = window(), v = window();

	map(TASK, TASK, POOL, 12, L4_FPAGE_RW, w);
	tap_is(map(TASK, TASK, w, 12, L4_FPAGE_RW, v | L4_MAP_ITEM_GRANT), 0, "grant");
	tap_is(probe_read(w), ABSENT_READ, "a granted page is gone");
	tap_is(probe_read(v), 100, "and is where it went");
	unmap(TASK, POOL, 12, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
	tap_is(probe_read(v), ABSENT_READ, "it still belongs to its origin");
}

static void tasks(void)
{
	l4_fpage_t none = { 0 };
	l4_cap_idx_t t = SLOT(0), weak = SLOT(1);
	l4_addr_t w = window(), v = window();

	l4_factory_create_task(L4_BASE_FACTORY_CAP, t, &none);
	tap_is(map(t, TASK, POOL, 14, L4_FPAGE_RW, w), 0, "map into another task");
	tap_is(map(TASK, t, w, 14, L4_FPAGE_RW, v), 0, "map from another task");
	tap_is(probe_read(v + 0x1000), 101, "what went there has come back");
	unmap(t, w, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
	tap_is(probe_read(v), ABSENT_READ, "unmapping there takes what came from there");
	unmap(t, w + 0x1000, 12, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
	tap_is(probe_read(v + 0x1000), ABSENT_READ, "also from others only");
	map(TASK, t, w, 14, L4_FPAGE_RW, v);
	tap_is(probe_read(v), ABSENT_READ, "a page taken from all is not there any more");
	tap_is(probe_read(v + 0x1000), 101, "a page taken from others still is");
	abi_copy(t, weak, L4_CAP_FPAGE_RS, 0);
	tap_is(map(weak, TASK, POOL, 12, L4_FPAGE_RW, w), -L4_EPERM, "map into a task without W");
	abi_drop(weak, L4_FP_ALL_SPACES);
	abi_copy(t, weak, L4_CAP_FPAGE_RW, 0);
	l4_task_map(weak, TASK, l4_obj_fpage(L4_BASE_FACTORY_CAP, 0, L4_CAP_FPAGE_RWS),
		    SLOT(2) | L4_ITEM_MAP);
	l4_task_map(TASK, t, l4_obj_fpage(SLOT(2), 0, L4_CAP_FPAGE_RWS), SLOT(3) | L4_ITEM_MAP);
	tap_is(l4_error(l4_factory_create(SLOT(3), L4_PROTO_THREAD, SLOT(4))), -L4_EPERM,
	       "S does not pass through a task capability without S");
	l4_task_map(t, TASK, l4_obj_fpage(L4_BASE_FACTORY_CAP, 0, L4_CAP_FPAGE_RWS),
		    SLOT(2) | L4_ITEM_MAP);
	l4_task_map(TASK, t, l4_obj_fpage(SLOT(2), 0, L4_CAP_FPAGE_RWS), SLOT(5) | L4_ITEM_MAP);
	tap_is(l4_error(l4_factory_create(SLOT(5), L4_PROTO_THREAD, SLOT(4))), 0,
	       "S passes through task capabilities with S");
	abi_drop(t, L4_FP_DELETE_OBJ);
	tap_is(probe_read(v + 0x1000), ABSENT_READ, "a task's death takes what came from it");
	tap_is((long)pool[1][0], 101, "and not what it had got");
}

/* First of all what others spoil: a page once written stays so for who gets it later. */
static const struct tap_group groups[] = {
	{ "access", map_access },
	{ "rights", rights },
	{ "again", again },
	{ "unmapping", unmapping },
	{ "granting", granting },
	{ "tasks", tasks },
	{ "windows", map_windows },
	{ "several", map_several },
	{ "objects", map_objects },
	{ "forwarded", map_forwarded },
	{ "large", map_large },
	{ "origin", map_origin },
	{ "without-memory", map_without_memory },
};

TAP_MAIN("abi-map")
