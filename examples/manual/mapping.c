/* SPDX-License-Identifier: MIT */
/* docs/interface/mapping.md: a second view of a page, and how it is taken back. */
#include "manual.h"

#include <l4/sys/task.h>

#define VIEW 0x40000000UL

static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

int example_mapping(void)
{
	l4_fpage_t ours = l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RW);
	l4_fpage_t view = l4_fpage(VIEW, L4_PAGESHIFT, L4_FPAGE_RW);

	page[0] = 1; /* it must be there to be mapped */
	if (l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, ours,
				 l4_map_control(VIEW, 0, L4_MAP_ITEM_MAP))))
		return 1;
	*(volatile char *)VIEW = 2;
	if (*(volatile char *)page != 2)
		return 2;
	/* No rights revoked, only asked: has it been written through the view? */
	view.raw &= ~L4_FPAGE_RIGHTS_MASK;
	if (l4_error(l4_task_unmap(L4_BASE_TASK_CAP, view, L4_FP_ALL_SPACES)) ||
	    !(l4_utcb_mr()->mr[2] & 2))
		return 3;
	/* What was derived from the page goes; the page itself stays. */
	if (l4_error(l4_task_unmap(L4_BASE_TASK_CAP, ours, L4_FP_OTHER_SPACES)))
		return 4;
	return *(volatile char *)page == 2 ? 0 : 5;
}
