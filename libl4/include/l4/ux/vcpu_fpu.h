/* SPDX-License-Identifier: MIT */
/* Vector state of a vCPU's user mode: KIP feature "ux_vcpu_fpu", see l4/abi/ux.h. Source: l4ux. */
#ifndef L4_UX_VCPU_FPU_H
#define L4_UX_VCPU_FPU_H

#include <l4/abi/ux.h>
#include <l4/sys/ipc.h>

/*
 * Saves the state of user_task (S right) to the area at save, then loads it from the one at
 * load; 0: not; load may be L4_UX_FPU_INIT. Areas: ku_mem, aligned to 64 bytes, XSAVE format.
 * *size (may be NULL): bytes of an area. -L4_EINVAL, -L4_ENOENT, -L4_EPERM.
 */
static inline l4_msgtag_t l4_ux_vcpu_fpu(l4_cap_idx_t user_task, l4_addr_t save, l4_addr_t load,
					 l4_umword_t *size)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_UX_THREAD_VCPU_FPU_OP;
	mr[1] = user_task;
	mr[2] = save;
	mr[3] = load;
	tag = l4_ipc_kcall(L4_INVALID_CAP, l4_msgtag(L4_PROTO_THREAD, 4, 0, 0), u);
	if (size)
		*size = mr[0];
	return tag;
}

#endif
