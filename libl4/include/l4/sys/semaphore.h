/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores. Rights and errors of each operation: l4/abi/irq.h. Source: Fiasco/L4Re
 * ABI, r-2026-W26: l4sys semaphore.h.
 */
#ifndef L4_SYS_SEMAPHORE_H
#define L4_SYS_SEMAPHORE_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* Counts up, wakes a waiter. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_semaphore_up(l4_cap_idx_t sem)
{
	return l4_ipc_send(sem, l4_utcb(), l4_msgtag(L4_PROTO_IRQ, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

/* Waits until the count is above 0, then takes one. Timeout: receive part. */
static inline l4_msgtag_t l4_semaphore_down(l4_cap_idx_t sem, l4_timeout_t timeout)
{
	l4_utcb_t *u = l4_utcb();

	l4_utcb_mr_u(u)->mr[0] = L4_SEMAPHORE_OP_DOWN;
	return l4_ipc_call(sem, u, l4_msgtag(L4_PROTO_SEMAPHORE, 1, 0, 0), timeout);
}

#endif
