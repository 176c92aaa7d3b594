/* SPDX-License-Identifier: MIT */
/* What sigma0 answers its first client, the root task. */
#include "tap.h"

#define SIGMA0 L4_BASE_PAGER_CAP
#define MAGIC 0xffffffffffffff00UL
#define RETURNED(type, order) ((long)(L4_ITEM_MAP | (type) << 4 | (order) << 6))
#define PAGE(addr) ((long)(addr) | RETURNED(L4_FPAGE_MEMORY, 12))

enum { RAM = 0x60, IOMEM = 0x70, IOMEM_CACHED = 0x80, ANY = 0x90, KIP = 0xa0 };

/* Calls sigma0; whatever it sends lands where it says. Number of items or a negative error. */
static long call(long label, unsigned words, l4_umword_t w0, l4_umword_t w1)
{
	struct answer a;

	l4_utcb_br()->bdr = 0;
	BR(0) = L4_ITEM_MAP;
	BR(1) = l4_fpage_all().raw;
	BR(2) = 0;
	MR(0) = w0;
	MR(1) = w1;
	a = abi_invoke(SIGMA0 | L4_SYSF_CALL, TAG(label, words, 0), 0, 0);
	return a.result < 0 ? a.result : (long)l4_msgtag_items(a.tag);
}

static long request(unsigned id, l4_umword_t addr, unsigned order)
{
	return call(L4_PROTO_SIGMA0, 2, MAGIC | id, addr | order << L4_FPAGE_ORDER_SHIFT);
}

static void memory(void)
{
	volatile l4_umword_t *p;

	tap_is(request(ANY, 0, 12), 1, "any page");
	p = (l4_umword_t *)(MR(0) & ~0xfffUL);
	tap_is((long)MR(0) & 0xfff, RETURNED(L4_FPAGE_MEMORY, 12), "is a page");
	*p = 0x1234;
	tap_is((long)*p, 0x1234, "that can be written and read");
	tap_is(request(ANY, 0, 21), 1, "any 2 MiB");
	tap_is((long)MR(0) & 0x1fffff, RETURNED(L4_FPAGE_MEMORY, 21), "are a large page");
	tap_is(request(ANY, 0, 40), -L4_ENOMEM, "1 TiB is more than there is");
	tap_is(request(RAM, 0x3000000, 12), 1, "RAM at an address");
	tap_is((long)MR(0), PAGE(0x3000000), "comes from there");
	tap_is(request(RAM, 0x3000000, 12), 1, "and comes again");
	tap_is(request(RAM, 0x900000000, 12), -L4_ENOMEM, "RAM where there is none");
	tap_is(request(RAM, 0x3000000, 11), -L4_EINVAL, "less than a page");
}

static void devices(void)
{
	tap_is(request(IOMEM, 0xfed00000, 12), 1, "device memory");
	tap_is((long)MR(0), PAGE(0xfed00000), "comes from there");
	tap_is(request(IOMEM, 0xfed00000, 12), 1, "and comes again");
	tap_is((long)MR(0), PAGE(0xfed00000), "from the same place");
	(void)*(volatile l4_umword_t *)0xfed00000;
	tap_ok(1, "and can be read");
	tap_is(request(IOMEM_CACHED, 0xfd000000, 21), 1, "2 MiB of cached device memory");
	tap_is((long)MR(0), 0xfd000000L | RETURNED(L4_FPAGE_MEMORY, 21), "are a large page");
	tap_is(request(IOMEM, 0x3000000, 12), -L4_ENOMEM, "RAM is no device memory");
}

static void faults(void)
{
	tap_is(call(L4_PROTO_PAGE_FAULT, 2, 0x2800002, 0), 1, "page fault on RAM");
	tap_is((long)MR(0), PAGE(0x2800000), "is answered with a page");
	tap_is(call(L4_PROTO_PAGE_FAULT, 2, 0x800000000, 0), -L4_ENOMEM, "behind the RAM");
	tap_is(call(L4_PROTO_PAGE_FAULT, 2, 0x900000000002, 0), -L4_ENOMEM, "not an address");
	tap_is(call(L4_PROTO_IO_PAGE_FAULT, 2, 0x378UL << 12 | L4_FPAGE_IO << 4, 0), 1,
	       "I/O fault");
	tap_is((long)MR(0) & 0xff0, RETURNED(L4_FPAGE_IO, 0) & ~L4_ITEM_MAP,
	       "is answered with a port");
}

static void refusals(void)
{
	tap_is(call(L4_PROTO_SIGMA0, 2, MAGIC | 0xf0, 0), -L4_ENOSYS, "unknown request");
	tap_is(call(L4_PROTO_SIGMA0, 2, MAGIC | 0xe0, 0), -L4_ENOSYS, "coverage, which it has not");
	tap_is(call(L4_PROTO_SIGMA0, 2, MAGIC | 0xc0, 0), 0, "a dump of what it has");
	tap_is(call(-21, 1, 0, 0), 0, "the meta protocol is served");
	tap_is(call(77, 1, 0, 0), -L4_EBADPROTO, "unknown protocol");
	tap_is(call(L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_TASK, 0), -L4_ENODEV,
	       "sigma0 makes no tasks");
}

static void kip(void)
{
	tap_is(call(L4_PROTO_SIGMA0, 1, MAGIC | KIP, 0), 1, "the KIP");
	tap_is(*(unsigned *)(MR(0) & ~0xfffUL), 0x4be6344c, "has its magic");
}

static const struct tap_group groups[] = {
	{ "kip", kip },       { "memory", memory },     { "devices", devices },
	{ "faults", faults }, { "refusals", refusals },
};

TAP_MAIN("abi-sigma0")
