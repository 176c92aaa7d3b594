// SPDX-License-Identifier: GPL-2.0-only
/* Our own address space: RAM, which init gave us, and second mappings of it for vmalloc. */
#include <linux/kernel.h>
#include "l4c.h"

int l4h_ram_init(unsigned long ram, unsigned long size)
{
	l4c_ram_start = ram;
	l4c_ram_end = ram + size;
	return 0;
}

/* Task map, from our task to our task. One call per flexpage. */
int l4h_ram_map(unsigned long va, unsigned long offset, unsigned long len)
{
	unsigned long ram = l4c_ram_start + offset;
	l4_utcb_layout_t *u = l4c_utcb();
	long err = 0;
	int order, old = l4c_lock();

	while (len && err >= 0) {
		order = l4c_order(va, ram, len);
		READ_ONCE(*(char *)ram); /* only what is mapped here can be mapped again */
		u->mr[0] = L4_TASK_MAP_OP;
		u->mr[1] = va | L4_ITEM_MAP;
		u->mr[2] = l4c_fpage(ram, order, L4_FPAGE_RWX);
		u->mr[3] = L4_ITEM_MAP;
		u->mr[4] = l4c_cap_fpage(L4_BASE_TASK_CAP >> L4_CAP_SHIFT, L4_CAP_FPAGE_RWS);
		err = l4c_call(L4_BASE_TASK_CAP, l4c_tag(L4_PROTO_TASK, 3, 1));
		va += 1UL << order;
		ram += 1UL << order;
		len -= 1UL << order;
	}
	l4c_unlock(old);
	return err < 0 ? -ENOMEM : 0;
}

int l4h_ram_unmap(unsigned long va, unsigned long len)
{
	struct l4h_range r = { va, va + len, L4_FPAGE_RWX };

	return l4h_task_revoke(L4_BASE_TASK_CAP >> L4_CAP_SHIFT, &r, 1);
}
