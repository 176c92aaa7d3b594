/* SPDX-License-Identifier: MIT */
/*
 * Operations of platform control, label L4_PROTO_PLATFORM_CTL (0) on the ICU capability. More in
 * ux.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys platform_control.h.
 */
#ifndef L4_ABI_PLATFORM_H
#define L4_ABI_PLATFORM_H

enum l4_platform_ctl_op {
	/* Suspend: not offered here, -L4_ENOSYS. */
	L4_PLATFORM_CTL_SYS_SUSPEND_OP = 0,
	/*
	 * Ends the machine; l4ux exits with status 0.
	 * In: MR1 0 off, 1 restart (which ends it too); two words.
	 * Errors: -L4_EMSGTOOSHORT.
	 */
	L4_PLATFORM_CTL_SYS_SHUTDOWN_OP = 1,
};

#endif
