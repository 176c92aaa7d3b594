/* SPDX-License-Identifier: MIT */
/*
 * Interrupt controllers; the log (pin 0: input) and the scheduler (pin 0) are small ones too.
 * Rights and errors of each operation: l4/abi/icu.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys
 * icu.h.
 */
#ifndef L4_SYS_ICU_H
#define L4_SYS_ICU_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* What a controller offers. */
typedef struct l4_icu_info_t {
	l4_umword_t features; /* L4_ICU_FLAG_MSI: has message signalled interrupts */
	l4_umword_t nr_irqs;  /* pins 0..nr_irqs - 1 */
	l4_umword_t nr_msis;  /* message signalled interrupts */
} l4_icu_info_t;

/* Requests on one pin with an optional second word and capability. */
static inline l4_msgtag_t l4_icu_pin_op(l4_cap_idx_t icu, l4_umword_t op, unsigned pin,
					l4_cap_idx_t irq)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_IRQ, 2, 0, 0);

	mr[0] = op;
	mr[1] = pin;
	l4_ipc_put_cap(&tag, irq, u);
	return l4_ipc_kcall(icu, tag, u);
}

/* Connects a pin with an IRQ object (W right). -L4_EINVAL: no such pin, or it is taken. */
static inline l4_msgtag_t l4_icu_bind(l4_cap_idx_t icu, unsigned pin, l4_cap_idx_t irq)
{
	return l4_icu_pin_op(icu, L4_ICU_OP_BIND, pin, irq);
}

/* Disconnects them. */
static inline l4_msgtag_t l4_icu_unbind(l4_cap_idx_t icu, unsigned pin, l4_cap_idx_t irq)
{
	return l4_icu_pin_op(icu, L4_ICU_OP_UNBIND, pin, irq);
}

/* Sets edge or level mode, see the manual for the bits. */
static inline l4_msgtag_t l4_icu_set_mode(l4_cap_idx_t icu, unsigned pin, l4_umword_t mode)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_ICU_OP_SET_MODE;
	mr[1] = pin;
	mr[2] = mode;
	return l4_ipc_kcall(icu, l4_msgtag(L4_PROTO_IRQ, 3, 0, 0), u);
}

/* Asks what the controller offers. */
static inline l4_msgtag_t l4_icu_info(l4_cap_idx_t icu, l4_icu_info_t *info)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_ICU_OP_INFO;
	tag = l4_ipc_kcall(icu, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), u);
	*info = (l4_icu_info_t){ mr[0], mr[1], mr[2] };
	return tag;
}

/* Lets a pin's interrupts through. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_icu_unmask(l4_cap_idx_t icu, unsigned pin)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_ICU_OP_UNMASK;
	mr[1] = pin;
	return l4_ipc_send(icu, u, l4_msgtag(L4_PROTO_IRQ, 2, 0, 0), L4_IPC_NEVER);
}

/* Holds a pin's interrupts back. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_icu_mask(l4_cap_idx_t icu, unsigned pin)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_ICU_OP_MASK;
	mr[1] = pin;
	return l4_ipc_send(icu, u, l4_msgtag(L4_PROTO_IRQ, 2, 0, 0), L4_IPC_NEVER);
}

#endif
