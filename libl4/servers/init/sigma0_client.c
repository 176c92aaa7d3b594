/* SPDX-License-Identifier: MIT */
/* The sigma0 protocol, client side. Source: L4Re reference manual, group "Sigma0 API". */
#include "sigma0_client.h"

#include <l4/sys/err.h>
#include <l4/sys/ipc.h>

enum sigma0_request {
	SIGMA0_RAM = 0x60,
	SIGMA0_IO_MEMORY = 0x70,
	SIGMA0_ANY_PAGE = 0x90,
};
#define SIGMA0_MAGIC 0xffffffffffffff00UL

/* The window is all of our address space, so the answer's send base is the address. */
static int request(enum sigma0_request id, l4_fpage_t fpage, uint64_t *addr)
{
	l4_utcb_t *u = l4_utcb();
	l4_msg_regs_t *m = l4_utcb_mr_u(u);
	l4_msgtag_t tag;
	long e;

	m->mr[0] = SIGMA0_MAGIC | id;
	m->mr[1] = fpage.raw;
	l4_ipc_rcv_window(l4_fpage_all(), u);
	tag = l4_ipc_call(L4_BASE_PAGER_CAP, u, l4_msgtag(L4_PROTO_SIGMA0, 2, 0, 0), L4_IPC_NEVER);
	e = l4_error_u(tag, u);
	if (e < 0)
		return e;
	if (l4_msgtag_items(tag) != 1)
		return -L4_ENOMEM;
	*addr = m->mr[l4_msgtag_words(tag)] & (~0UL << L4_FPAGE_ADDR_SHIFT);
	return 0;
}

int sigma0_any_page(unsigned order, uint64_t *addr)
{
	return request(SIGMA0_ANY_PAGE, l4_fpage(0, order, L4_FPAGE_RWX), addr);
}

int sigma0_ram(uint64_t addr, unsigned order)
{
	uint64_t at;

	return request(SIGMA0_RAM, l4_fpage(addr, order, L4_FPAGE_RWX), &at);
}

int sigma0_io_memory(uint64_t addr, unsigned order)
{
	uint64_t at;

	return request(SIGMA0_IO_MEMORY, l4_fpage(addr, order, L4_FPAGE_RW), &at);
}
