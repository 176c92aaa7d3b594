/* SPDX-License-Identifier: MIT */
/*
 * Ending the kernel process with an exit status: KIP feature "ux_exit", see l4/abi/ux.h. Source:
 * l4ux.
 */
#ifndef L4_UX_EXIT_H
#define L4_UX_EXIT_H

#include <l4/abi/ux.h>
#include <l4/sys/ipc.h>

/* status: 0..255; pfc: L4_BASE_ICU_CAP. Returns only on error, -L4_EINVAL: bad status. */
static inline l4_msgtag_t l4_ux_exit(l4_cap_idx_t pfc, l4_umword_t status)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_UX_PLATFORM_EXIT_OP;
	mr[1] = status;
	return l4_ipc_kcall(pfc, l4_msgtag(L4_PROTO_PLATFORM_CTL, 2, 0, 0), u);
}

#endif
