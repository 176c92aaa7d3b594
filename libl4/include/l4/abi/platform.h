/* SPDX-License-Identifier: MIT */
/*
 * Operations of platform control, label L4_PROTO_PLATFORM_CTL (0) on the ICU capability. More in
 * ux.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys platform_control.h.
 */
#ifndef L4_ABI_PLATFORM_H
#define L4_ABI_PLATFORM_H

enum l4_platform_ctl_op {
	/* Suspend: there are no sleep states here, -L4_ENODEV. */
	L4_PLATFORM_CTL_SYS_SUSPEND_OP = 0,
	/*
	 * Ends the machine; l4ux exits with status 0, or starts the system again.
	 * In: MR1 0 off, 1 restart; two words.
	 * Errors: -L4_EINVAL: another number of words; -L4_ENOSYS: neither of the two.
	 */
	L4_PLATFORM_CTL_SYS_SHUTDOWN_OP = 1,
	/*
	 * Allows or forbids the kernel to switch a CPU off when it is idle; ignored here.
	 * In: MR1 CPU, MR2 1 or 0.
	 */
	L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP = 2,
};

#endif
