/* SPDX-License-Identifier: MIT */
/*
 * Requests and their answers. A successful answer carries one item and no words; a refusal
 * carries nothing but the error, so that the client still finds its request in its registers.
 */
#include "requests.h"

#include <l4/sys/consts.h>
#include <l4/sys/kip.h>

#include "clients.h"
#include "dump.h"
#include "memory.h"
#include "meta.h"

/* MR0 of a request: this or'ed with the kind. MR1: flexpage. */
#define SIGMA0_MAGIC 0xffffffffffffff00UL
#define SIGMA0_MAGIC_MASK 0xffffffffffffff0fUL

enum sigma0_request {
	SIGMA0_REQ_FPAGE_RAM = 0x60,
	SIGMA0_REQ_FPAGE_IOMEM = 0x70,
	SIGMA0_REQ_FPAGE_IOMEM_CACHED = 0x80,
	SIGMA0_REQ_FPAGE_ANY = 0x90,
	SIGMA0_REQ_KIP = 0xa0,
	SIGMA0_REQ_DEBUG_DUMP = 0xc0,
};

static l4_msgtag_t answer_error(long err)
{
	return l4_msgtag(err, 0, 0, 0);
}

/* One item: memory at its physical address. */
static l4_msgtag_t answer_memory(l4_umword_t start, unsigned order, unsigned rights,
				 unsigned char cache, l4_utcb_t *utcb)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);

	l4_ipc_put_item(&tag, l4_map_control(start, cache, L4_MAP_ITEM_MAP),
			l4_fpage(start, order, rights), utcb);
	return tag;
}

static l4_msgtag_t request_region(struct ranges *m, l4_fpage_t f, unsigned rights,
				  unsigned char cache, l4_umword_t client, l4_utcb_t *utcb)
{
	unsigned order = l4_fpage_size(f);
	l4_umword_t start = l4_trunc_size(l4_fpage_memaddr(f), order);
	long err;

	if (order < L4_PAGESHIFT)
		return answer_error(-L4_EINVAL);
	err = memory_take(m, start, order, client);
	return err < 0 ? answer_error(err) : answer_memory(start, order, rights, cache, utcb);
}

static l4_msgtag_t request_anypage(l4_fpage_t f, l4_umword_t client, l4_utcb_t *utcb)
{
	unsigned order = l4_fpage_size(f);
	l4_umword_t start;
	long err;

	if (order < L4_PAGESHIFT)
		return answer_error(-L4_EINVAL);
	err = memory_take_any(order, client, &start);
	if (err < 0)
		return answer_error(err);
	return answer_memory(start, order, L4_FPAGE_RWX, L4_FPAGE_CACHEABLE, utcb);
}

static l4_msgtag_t request_sigma0(l4_umword_t client, l4_utcb_t *utcb)
{
	l4_umword_t *mr = l4_utcb_mr_u(utcb)->mr;
	l4_fpage_t f = { mr[1] };

	if ((mr[0] & SIGMA0_MAGIC_MASK) != SIGMA0_MAGIC)
		return answer_error(-L4_ENOSYS);
	switch (mr[0] & ~SIGMA0_MAGIC) {
	case SIGMA0_REQ_FPAGE_RAM:
		return request_region(&memory_ram, f, L4_FPAGE_RWX, L4_FPAGE_CACHEABLE, client,
				      utcb);
	case SIGMA0_REQ_FPAGE_IOMEM:
		return request_region(&memory_io, f, L4_FPAGE_RW, L4_FPAGE_UNCACHEABLE, client,
				      utcb);
	case SIGMA0_REQ_FPAGE_IOMEM_CACHED:
		return request_region(&memory_io, f, L4_FPAGE_RW, L4_FPAGE_CACHEABLE, client, utcb);
	case SIGMA0_REQ_FPAGE_ANY:
		return request_anypage(f, client, utcb);
	case SIGMA0_REQ_KIP:
		return answer_memory((l4_umword_t)l4_kip(), L4_PAGESHIFT, L4_FPAGE_RX,
				     L4_FPAGE_CACHEABLE, utcb);
	case SIGMA0_REQ_DEBUG_DUMP:
		dump_all();
		return answer_error(0);
	default:
		return answer_error(-L4_ENOSYS);
	}
}

/* MR0: address, bit 1 write, bit 2 instruction fetch. */
static l4_msgtag_t request_page_fault(l4_umword_t client, l4_utcb_t *utcb)
{
	l4_umword_t fault = l4_utcb_mr_u(utcb)->mr[0];
	l4_umword_t page = l4_trunc_page(fault);
	unsigned need = L4_FPAGE_RO, rights = 0;
	long err;

	if (fault & 2)
		need |= L4_FPAGE_W;
	if (fault & 4)
		need |= L4_FPAGE_X;
	err = memory_fault(page, need, client, &rights);
	if (err < 0)
		return answer_error(err);
	return answer_memory(page, L4_PAGESHIFT, rights, L4_FPAGE_CACHEABLE, utcb);
}

/* MR0: flexpage of I/O ports. */
static l4_msgtag_t request_io_fault(l4_umword_t client, l4_utcb_t *utcb)
{
	l4_fpage_t f = { l4_utcb_mr_u(utcb)->mr[0] };
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);
	unsigned order = l4_fpage_size(f);
	long err;

	if (l4_fpage_type(f) != L4_FPAGE_IO)
		return answer_error(-L4_EINVAL);
	err = memory_take(&memory_ports, l4_trunc_size(l4_fpage_ioport(f), order), order, client);
	if (err < 0)
		return answer_error(err);
	l4_ipc_put_item(&tag, l4_map_control(0, 0, L4_MAP_ITEM_MAP),
			l4_iofpage(l4_fpage_ioport(f), order), utcb);
	return tag;
}

/* MR0: protocol of the object; sigma0 makes only gates to itself, for new clients. */
static l4_msgtag_t request_factory(l4_msgtag_t tag, l4_umword_t label, l4_utcb_t *utcb)
{
	l4_msgtag_t answer = l4_msgtag(0, 0, 0, 0);
	l4_cap_idx_t gate;
	long err;

	if (!(label & L4_CAP_FPAGE_S))
		return answer_error(-L4_EPERM);
	if (l4_msgtag_words(tag) < 1)
		return answer_error(-L4_EMSGTOOSHORT);
	if ((l4_mword_t)l4_utcb_mr_u(utcb)->mr[0] != L4_PROTO_SIGMA0)
		return answer_error(-L4_ENODEV);
	err = client_create(&gate);
	if (err < 0)
		return answer_error(err);
	l4_ipc_put_cap(&answer, gate, utcb);
	return answer;
}

l4_msgtag_t request_handle(l4_msgtag_t tag, l4_umword_t label, l4_utcb_t *utcb)
{
	switch (l4_msgtag_label(tag)) {
	case L4_PROTO_SIGMA0:
		return request_sigma0(client_of(label), utcb);
	case L4_PROTO_PAGE_FAULT:
		return request_page_fault(client_of(label), utcb);
	case L4_PROTO_IO_PAGE_FAULT:
		return request_io_fault(client_of(label), utcb);
	case L4_PROTO_FACTORY:
		return request_factory(tag, label, utcb);
	case L4_PROTO_META:
		return meta_handle(utcb);
	default:
		return answer_error(-L4_EBADPROTO);
	}
}
