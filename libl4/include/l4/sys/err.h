/* SPDX-License-Identifier: MIT */
/*
 * Result of an invocation as one number. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys ipc.h.
 */
#ifndef L4_SYS_ERR_H
#define L4_SYS_ERR_H

#include <l4/sys/ipc.h>

/*
 * Result of a call: the answer's label (0 or positive: success; negative: -L4_E...), or
 * -(L4_EIPC_LO + code) when the IPC itself failed (code: enum l4_ipc_error).
 * Must be asked before the next system call: the code is in the UTCB.
 */
static inline long l4_error_u(l4_msgtag_t tag, l4_utcb_t *utcb)
{
	if (l4_msgtag_has_error(tag))
		return -(L4_EIPC_LO + (long)l4_ipc_error_code(utcb));
	return l4_msgtag_label(tag);
}

/* l4_error_u() for the caller's UTCB. */
static inline long l4_error(l4_msgtag_t tag)
{
	return l4_error_u(tag, l4_utcb());
}

#endif
