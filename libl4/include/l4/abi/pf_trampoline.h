/* SPDX-License-Identifier: MIT */
/*
 * State of a page-fault trampoline in ku_mem: a page fault of the thread goes to handler_ip in
 * the thread itself instead of its pager, once.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys pf_trampoline.h.
 */
#ifndef L4_ABI_PF_TRAMPOLINE_H
#define L4_ABI_PF_TRAMPOLINE_H

#include <l4/abi/utcb.h>

enum l4_pf_trampoline_flags {
	L4_PF_TRAMPOLINE_IN_PROGRESS = 1,       /* set at the fault, cleared by resume */
	L4_PF_TRAMPOLINE_TRIGGER_EXCEPTION = 2, /* resume is to raise exception 255 */
};

/* The state, 224 bytes in ku_mem, 8-byte aligned. */
typedef struct l4_pf_trampoline {
	l4_umword_t handler_ip;   /* gets this structure in rdi, the fault's first word in rsi */
	l4_umword_t user_data[2]; /* the program's */
	l4_umword_t saved_mr0;    /* MR0 at the fault */
	l4_umword_t flags;        /* enum l4_pf_trampoline_flags */
	l4_umword_t state[23];    /* registers at the fault: the first words of l4_exc_regs_t */
} l4_pf_trampoline_t;

_Static_assert(offsetof(l4_pf_trampoline_t, state) == 40, "trampoline registers");
_Static_assert(sizeof(l4_pf_trampoline_t) == 224, "trampoline state");

#endif
