/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux's interrupt flag is the vCPU's own: testing and changing it costs one memory access and
 * there is no window between "Linux allows interrupts" and "the vCPU delivers them".
 */
#include <shared/l4host.h>

	.globl signals_enabled
	.set signals_enabled, L4H_VCPU_STATE
	.section .note.GNU-stack, "", @progbits
