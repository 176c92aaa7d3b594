/* SPDX-License-Identifier: MIT */
/* docs/interface/kip.md: features, memory and time, without a system call. */
#include "manual.h"

#include <l4/sys/memdesc.h>

int example_kip(void)
{
	const l4_kernel_info_t *kip = l4_kip();
	const l4_mem_desc_t *md = l4_kernel_info_get_mem_descs(kip);
	l4_kernel_clock_t before = l4_kip_clock(kip);
	l4_umword_t ram = 0;

	if (kip->magic != L4_KERNEL_INFO_MAGIC || !l4_kip_kernel_has_feature(kip, "mapdb"))
		return 1;
	for (unsigned i = 0; i < l4_kernel_info_get_num_mem_descs(kip); i++, md++)
		if (l4_kernel_info_get_mem_desc_type(md) == l4_mem_type_conventional &&
		    !l4_kernel_info_get_mem_desc_is_virtual(md))
			ram += l4_kernel_info_get_mem_desc_end(md) + 1 -
			       l4_kernel_info_get_mem_desc_start(md);
	if (!ram)
		return 2;
	l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(1000)));
	return l4_kip_clock(kip) - before >= 1000 ? 0 : 3;
}
