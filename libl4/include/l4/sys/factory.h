/* SPDX-License-Identifier: MIT */
/*
 * Factories create kernel objects. The new capability, with all rights, replaces what was in the
 * target slot. Errors: -L4_ENOMEM (quota), -L4_ENODEV (no such object), -L4_EPERM. Rights and
 * errors of each operation: l4/abi/factory.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys
 * factory.h.
 */
#ifndef L4_SYS_FACTORY_H
#define L4_SYS_FACTORY_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* Starts a request for an object of the type with this protocol label (L4_PROTO_*). */
static inline l4_msgtag_t l4_factory_create_start_u(long type, l4_cap_idx_t target, l4_utcb_t *u)
{
	l4_utcb_mr_u(u)->mr[0] = (l4_umword_t)type;
	l4_ipc_rcv_cap(target, u);
	return l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0);
}

/* Appends an argument: its type word and its value. */
static inline void l4_factory_create_add(l4_msgtag_t *tag, l4_umword_t type, l4_umword_t value,
					 l4_utcb_t *u)
{
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr + l4_msgtag_words(*tag);

	mr[0] = type | sizeof(l4_umword_t) << 16;
	mr[1] = value;
	tag->raw += 2;
}

/* An object without arguments: L4_PROTO_THREAD, _IRQ_SENDER, _SEMAPHORE, ... */
static inline l4_msgtag_t l4_factory_create(l4_cap_idx_t factory, long type, l4_cap_idx_t target)
{
	l4_utcb_t *u = l4_utcb();

	return l4_ipc_kcall(factory, l4_factory_create_start_u(type, target, u), u);
}

/*
 * A task. *utcb_area: memory flexpage of order 12..17 for the UTCBs of its threads (raw 0:
 * none, add later); becomes what the kernel made of it.
 */
static inline l4_msgtag_t l4_factory_create_task(l4_cap_idx_t factory, l4_cap_idx_t target,
						 l4_fpage_t *utcb_area)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag = l4_factory_create_start_u(L4_PROTO_TASK, target, u);

	l4_factory_create_add(&tag, L4_VARG_TYPE_FPAGE, utcb_area->raw, u);
	tag = l4_ipc_kcall(factory, tag, u);
	if (!l4_msgtag_has_error(tag) && l4_msgtag_words(tag) > 0)
		utcb_area->raw = l4_utcb_mr_u(u)->mr[0];
	return tag;
}

/* A thread, bound to no task and not running. */
static inline l4_msgtag_t l4_factory_create_thread(l4_cap_idx_t factory, l4_cap_idx_t target)
{
	return l4_factory_create(factory, L4_PROTO_THREAD, target);
}

/* A factory that may use up to limit bytes of the creating one's quota. */
static inline l4_msgtag_t l4_factory_create_factory(l4_cap_idx_t factory, l4_cap_idx_t target,
						    unsigned long limit)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag = l4_factory_create_start_u(L4_PROTO_FACTORY, target, u);

	l4_factory_create_add(&tag, L4_VARG_TYPE_UMWORD, limit, u);
	return l4_ipc_kcall(factory, tag, u);
}

/*
 * An IPC gate. thread: receives what is sent through the gate (S right needed), or
 * L4_INVALID_CAP: bind later with l4_rcv_ep_bind_thread(). label: the low two bits must be 0,
 * the receiver finds the sender's rights there.
 */
static inline l4_msgtag_t l4_factory_create_gate(l4_cap_idx_t factory, l4_cap_idx_t target,
						 l4_cap_idx_t thread, l4_umword_t label)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag = l4_factory_create_start_u(L4_PROTO_NONE, target, u);

	l4_factory_create_add(&tag, L4_VARG_TYPE_UMWORD, label, u);
	if (l4_is_valid_cap(thread))
		l4_ipc_put_cap(&tag, thread, u);
	return l4_ipc_kcall(factory, tag, u);
}

/* An IRQ object, triggered by software or bound to an interrupt controller's pin. */
static inline l4_msgtag_t l4_factory_create_irq(l4_cap_idx_t factory, l4_cap_idx_t target)
{
	return l4_factory_create(factory, L4_PROTO_IRQ_SENDER, target);
}

/* A counting semaphore with count 0. */
static inline l4_msgtag_t l4_factory_create_semaphore(l4_cap_idx_t factory, l4_cap_idx_t target)
{
	return l4_factory_create(factory, L4_PROTO_SEMAPHORE, target);
}

#endif
