/* SPDX-License-Identifier: MIT */
/*
 * Ending the machine, over the ICU capability. Rights and errors of each operation:
 * l4/abi/platform.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys platform_control.h.
 */
#ifndef L4_SYS_PLATFORM_CONTROL_H
#define L4_SYS_PLATFORM_CONTROL_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* Shuts the system down (reboot 0) or restarts it (reboot 1). Returns only on error. */
static inline l4_msgtag_t l4_platform_ctl_system_shutdown(l4_cap_idx_t pfc, l4_umword_t reboot)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_PLATFORM_CTL_SYS_SHUTDOWN_OP;
	mr[1] = reboot;
	return l4_ipc_kcall(pfc, l4_msgtag(L4_PROTO_PLATFORM_CTL, 2, 0, 0), u);
}

#endif
