/* SPDX-License-Identifier: MIT */
/*
 * Constants under their L4Re header name, and page arithmetic. Source: Fiasco/L4Re ABI,
 * r-2026-W26: l4sys consts.h.
 */
#ifndef L4_SYS_CONSTS_H
#define L4_SYS_CONSTS_H

#include <l4/sys/types.h>

#define L4_PAGEMASK (~(L4_PAGESIZE - 1))           /* address to page */
#define L4_SUPERPAGEMASK (~(L4_SUPERPAGESIZE - 1)) /* address to superpage */

/* Address of the page an address lies in. */
static inline l4_addr_t l4_trunc_page(l4_addr_t address)
{
	return address & L4_PAGEMASK;
}

/* Next page boundary, the address itself when it is one. */
static inline l4_addr_t l4_round_page(l4_addr_t address)
{
	return (address + L4_PAGESIZE - 1) & L4_PAGEMASK;
}

/* Address rounded down to 2^order bytes. */
static inline l4_addr_t l4_trunc_size(l4_addr_t address, unsigned char order)
{
	return address & (~0UL << order);
}

/* Value rounded up to 2^order bytes. */
static inline l4_addr_t l4_round_size(l4_addr_t value, unsigned char order)
{
	return (value + (1UL << order) - 1) & (~0UL << order);
}

#endif
