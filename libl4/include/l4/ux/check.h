/* SPDX-License-Identifier: MIT */
/*
 * Questions a test program asks the kernel about itself: KIP feature "ux_check", l4/abi/ux.h.
 * Source: l4ux.
 */
#ifndef L4_UX_CHECK_H
#define L4_UX_CHECK_H

#include <l4/abi/ux.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>

/* One operation of the debugger capability: its first word, or a negative error. */
static inline long l4_ux_debugger_op(l4_umword_t op)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	long err;

	mr[0] = op;
	err = l4_error_u(
		l4_ipc_kcall(L4_BASE_DEBUGGER_CAP, l4_msgtag(L4_PROTO_DEBUGGER, 1, 0, 0), u), u);
	return err < 0 ? err : (long)mr[0];
}

/* Violated invariants of the kernel, named on its standard error. */
static inline long l4_ux_check(void)
{
	return l4_ux_debugger_op(L4_UX_DEBUGGER_CHECK_OP);
}

/* Bytes of kernel memory in use. */
static inline long l4_ux_kmem_used(void)
{
	return l4_ux_debugger_op(L4_UX_DEBUGGER_KMEM_OP);
}

#endif
