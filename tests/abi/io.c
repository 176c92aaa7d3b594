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

extern char io_in[], io_in_at[], io_out[], io_out_at[], io_nobody[];

static void trap(char *from, const char *at, const char *name)
{
	struct answer a;

	(void)*(volatile char *)from;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)from, actor_stack(0), 0);
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
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
	tap_is((long)MR(0) & 0xff6, 0x20, "its return item is of I/O");
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
	tap_is(ask(IO(0x80, 0), 16UL << 6 | 0x20), 1, "sigma0 gives a port");
	__asm__ volatile("outb %%al, $0x80" : : "a"(0));
	tap_ok(1, "an instruction with permission is executed");
	MR(0) = L4_TASK_UNMAP_OP;
	MR(1) = L4_FP_ALL_SPACES;
	MR(2) = IO(0x80, 0);
	abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 0), 0, 0);
	trap(io_out, io_out_at, "out to a port given back");
}

#define NOBODY 0x9100U /* no PC has a device there */

static l4_umword_t in(unsigned port, unsigned bytes)
{
	l4_umword_t v = 0x1122334455667788UL;

	if (bytes == 1)
		__asm__ volatile("inb %%dx, %%al" : "+a"(v) : "d"(port));
	else if (bytes == 2)
		__asm__ volatile("inw %%dx, %%ax" : "+a"(v) : "d"(port));
	else
		__asm__ volatile("inl %%dx, %%eax" : "+a"(v) : "d"(port));
	return v;
}

static long unmap_ports(l4_umword_t fpage, l4_umword_t mask)
{
	MR(0) = L4_TASK_UNMAP_OP;
	MR(1) = mask;
	MR(2) = fpage;
	return abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 0), 0, 0).result;
}

/* What an instruction does that needs the port io_nobody uses: 13 or what ends it, 6. */
static long try_port(void)
{
	long trapno;

	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)io_nobody, actor_stack(0), 0);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_50MS);
	trapno = (long)MR(16);
	actor_end(0);
	return trapno;
}

static void nobody(void)
{
	unsigned char bytes[16] = { 0 };
	void *to = bytes;
	unsigned long count = 5;

	(void)*(volatile char *)io_nobody;
	tap_is(try_port(), 13, "no permission yet");
	tap_is(ask(IO(NOBODY, 2), 16UL << 6 | 0x20), 1, "four ports without a device");
	tap_is(try_port(), 6, "permission");
	tap_is((long)in(NOBODY, 1), 0x11223344556677ffL, "a byte reads as ones");
	tap_is((long)in(NOBODY, 2), 0x112233445566ffffL, "two bytes read as ones");
	tap_is((long)in(NOBODY, 4), 0xffffffffL, "four bytes read as ones");
	__asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(NOBODY) : "memory");
	tap_is(bytes[4] == 0xff && bytes[5] == 0 && to == bytes + 5 && count == 0, 1,
	       "a string of bytes, too");
	to = bytes;
	count = 3;
	__asm__ volatile("rep outsw" : "+S"(to), "+c"(count) : "d"(NOBODY) : "memory");
	tap_is(to == bytes + 6 && count == 0, 1, "a string is written");
	tap_is(unmap_ports(IO(NOBODY, 0) & ~15UL, L4_FP_ALL_SPACES), 0, "take no right away");
	tap_is(try_port(), 6, "which leaves the port");
	tap_is(unmap_ports(IO(NOBODY, 0), L4_FP_OTHER_SPACES), 0, "take it from others");
	tap_is(try_port(), 6, "which leaves it to us");
	tap_is(unmap_ports(IO(NOBODY, 0), L4_FP_ALL_SPACES), 0, "take it from all");
	tap_is(try_port(), 13, "it is gone");
	tap_is((long)in(NOBODY + 1, 1), 0x11223344556677ffL, "its neighbour is not");
	unmap_ports(IO(NOBODY, 2), L4_FP_ALL_SPACES);
}

/* Windows of another place get nothing, of a part that part. */
static void windows(void)
{
	tap_is(ask(IO(NOBODY, 2), IO(0x9000, 4)), 1, "into a window elsewhere");
	tap_is(try_port(), 13, "goes nothing");
	tap_is(ask(IO(NOBODY, 2), IO(NOBODY, 0)), 1, "into a window of one port");
	tap_is(try_port(), 6, "goes that");
	actor_create(1, MAIN, MAIN);
	actor_end(1);
	unmap_ports(IO(NOBODY, 0), L4_FP_ALL_SPACES);
}

/* Ports through another task and back. */
static void passed_on(void)
{
	l4_fpage_t none = { 0 };

	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(0), &none);
	ask(IO(NOBODY, 0), 16UL << 6 | 0x20);
	tap_is(map(SLOT(0), IO(NOBODY, 0) & ~15UL, 0), 0, "map a port without rights");
	tap_is(map(SLOT(0), IO(NOBODY, 0), 0), 0, "map a port on");
	unmap_ports(IO(NOBODY, 0), L4_FP_ALL_SPACES);
	tap_is(try_port(), 13, "take it back from all");
	MR(0) = L4_TASK_MAP_OP;
	MR(1) = L4_ITEM_MAP;
	MR(2) = IO(NOBODY, 0);
	MR(3) = L4_ITEM_MAP;
	MR(4) = l4_obj_fpage(SLOT(0), 0, L4_CAP_FPAGE_RWS).raw;
	tap_is(abi_invoke(TASK | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 1), 0, 0).result, 0,
	       "who had it from us has nothing to give");
	tap_is(try_port(), 13, "and we get nothing");
	ask(IO(NOBODY, 0), 16UL << 6 | 0x20);
	tap_is(map(SLOT(0), IO(NOBODY, 0), 2 /* grant */), 0, "grant a port");
	tap_is(try_port(), 13, "and no longer have it");
	abi_drop(SLOT(0), L4_FP_DELETE_OBJ);
	tap_settle();
	ask(IO(NOBODY, 0), 16UL << 6 | 0x20);
	tap_is(try_port(), 6, "sigma0 can give it again");
	unmap_ports(IO(NOBODY, 0), L4_FP_ALL_SPACES);
}

static const struct tap_group groups[] = {
	{ "instructions", instructions }, { "flexpages", flexpages },
	{ "allowed", allowed },           { "nobody", nobody },
	{ "windows", windows },           { "passed on", passed_on },
};

TAP_MAIN("abi-io")
