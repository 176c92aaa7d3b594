/* SPDX-License-Identifier: MIT */
/*
 * IRQ objects. An IRQ arrives as a message with tag 0 whose label is the bound one. Rights and
 * errors of each operation: l4/abi/irq.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys irq.h.
 */
#ifndef L4_SYS_IRQ_H
#define L4_SYS_IRQ_H

#include <l4/sys/rcv_endpoint.h>

/* Triggers an IRQ; while one is pending more change nothing. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_irq_trigger(l4_cap_idx_t irq)
{
	return l4_ipc_send(irq, l4_utcb(), l4_msgtag(L4_PROTO_IRQ, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

/* Lets a level-triggered or masked IRQ arrive again. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_irq_unmask(l4_cap_idx_t irq)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_IRQ_OP_EOI;
	return l4_ipc_send(irq, u, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), L4_IPC_NEVER);
}

/* Unmasks and waits for the next IRQ of this object. Use l4_ipc_error(). */
static inline l4_msgtag_t l4_irq_receive(l4_cap_idx_t irq, l4_timeout_t timeout)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_IRQ_OP_EOI;
	return l4_ipc_call(irq, u, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), timeout);
}

/* Unmasks and waits for any message; *label says from where. */
static inline l4_msgtag_t l4_irq_wait(l4_cap_idx_t irq, l4_umword_t *label, l4_timeout_t timeout)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_IRQ_OP_EOI;
	return l4_ipc_send_and_wait(irq, u, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), label, timeout);
}

/* Unbinds from the thread. Label 1: an IRQ was pending, 0: none, -L4_ENOENT: not bound. */
static inline l4_msgtag_t l4_irq_detach(l4_cap_idx_t irq)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_IRQ_OP_DETACH;
	return l4_ipc_kcall(irq, l4_msgtag(L4_PROTO_IRQ_SENDER, 1, 0, 0), u);
}

#endif
