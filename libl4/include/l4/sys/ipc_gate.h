/* SPDX-License-Identifier: MIT */
/*
 * IPC gates, the server's view. Rights and errors of each operation: l4/abi/irq.h. Source:
 * Fiasco/L4Re ABI, r-2026-W26: l4sys ipc_gate.h.
 */
#ifndef L4_SYS_IPC_GATE_H
#define L4_SYS_IPC_GATE_H

#include <l4/sys/rcv_endpoint.h>

/* Reads the label a gate is bound with (server right needed). */
static inline l4_msgtag_t l4_ipc_gate_get_infos(l4_cap_idx_t gate, l4_umword_t *label)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag;

	l4_utcb_mr_u(u)->mr[0] = L4_IPC_GATE_INFO_OP;
	tag = l4_ipc_kcall(gate, l4_msgtag(L4_PROTO_KOBJECT, 1, 0, 0), u);
	*label = l4_utcb_mr_u(u)->mr[0];
	return tag;
}

#endif
