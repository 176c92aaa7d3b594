/* SPDX-License-Identifier: MIT */
/* Page faults of programs are answered with the whole block that contains the address. */
#include "pager.h"

#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>

/* Bits of the fault word, below the address. */
#define FAULT_WRITE 2UL
#define FAULT_FETCH 4UL
#define FAULT_BITS 7UL

static l4_msgtag_t answer(uint64_t va, l4_fpage_t page)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);

	l4_sndfpage_add(page, l4_map_control(va, 0, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

/*
 * A refused fault comes back as an exception of the same thread, with all its registers: that
 * is where the program gets reported and ended.
 */
l4_msgtag_t pager_fault(struct program *p)
{
	l4_umword_t fault = l4_utcb_mr()->mr[0], va = fault & ~FAULT_BITS;
	struct region *r = region_find(p->regions, va);
	unsigned need = L4_FPAGE_R;

	if (fault & FAULT_WRITE)
		need |= L4_FPAGE_W;
	if (fault & FAULT_FETCH)
		need |= L4_FPAGE_X;
	if (r) {
		if (need & ~r->rights)
			return l4_msgtag(-L4_EACCESS, 0, 0, 0);
		return answer(va, l4_fpage(r->pa, r->order, r->rights));
	}
	if (va >> L4_PAGESHIFT == (uint64_t)l4_kip() >> L4_PAGESHIFT && !(fault & FAULT_WRITE))
		return answer(va, l4_fpage((uint64_t)l4_kip(), L4_PAGESHIFT, L4_FPAGE_RX));
	return l4_msgtag(-L4_EFAULT, 0, 0, 0);
}
