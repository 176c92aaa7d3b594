/* SPDX-License-Identifier: MIT */
/*
 * What gates and IRQs share: a thread that receives. Rights and errors of each operation:
 * l4/abi/irq.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys rcv_endpoint.h.
 */
#ifndef L4_SYS_RCV_ENDPOINT_H
#define L4_SYS_RCV_ENDPOINT_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/*
 * Lets a thread (S right) receive what arrives at a gate (server right) or IRQ object, with
 * this label. For gates the low two bits of the label must be 0.
 */
static inline l4_msgtag_t l4_rcv_ep_bind_thread(l4_cap_idx_t ep, l4_cap_idx_t thread,
						l4_umword_t label)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_KOBJECT, 2, 0, 0);

	mr[0] = L4_RCV_EP_BIND_OP;
	mr[1] = label;
	l4_ipc_put_cap(&tag, thread, u);
	return l4_ipc_kcall(ep, tag, u);
}

#endif
