/* SPDX-License-Identifier: MIT */
/*
 * Access to the calling thread's UTCB. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys utcb.h,
 * ARCH-amd64 utcb.h.
 */
#ifndef L4_SYS_UTCB_H
#define L4_SYS_UTCB_H

#include <l4/sys/types.h>

/* A UTCB, opaque; always handled by address. */
typedef struct l4_utcb_t l4_utcb_t;

/* Message registers. may_alias: the same words are also read as exception registers. */
typedef struct __attribute__((may_alias)) l4_msg_regs_t {
	l4_umword_t mr[L4_UTCB_GENERIC_DATA_SIZE]; /* words, then items */
} l4_msg_regs_t;

/* Buffer registers: where received items go. */
typedef struct __attribute__((may_alias)) l4_buf_regs_t {
	l4_umword_t bdr; /* first buffer per kind, L4_BDR_*; 0: all kinds start at br[0] */
	l4_umword_t br[L4_UTCB_GENERIC_BUFFERS_SIZE]; /* receive items, absolute timeouts */
} l4_buf_regs_t;

/* Thread control registers. */
typedef struct __attribute__((may_alias)) l4_thread_regs_t {
	l4_umword_t error;       /* enum l4_ipc_error of the last failed IPC */
	l4_umword_t free_marker; /* 0: no thread uses this UTCB any more */
	l4_umword_t user[3];     /* the program's own */
} l4_thread_regs_t;

/* The calling thread's UTCB. The kernel keeps its address in the UTCB, where gs:0 points. */
static inline l4_utcb_t *l4_utcb(void)
{
	l4_utcb_t *utcb;

	__asm__("mov %%gs:0, %0" : "=r"(utcb));
	return utcb;
}

/* Message registers of a given UTCB. */
static inline l4_msg_regs_t *l4_utcb_mr_u(l4_utcb_t *utcb)
{
	return (l4_msg_regs_t *)utcb;
}

/* Message registers of the calling thread. */
static inline l4_msg_regs_t *l4_utcb_mr(void)
{
	return l4_utcb_mr_u(l4_utcb());
}

/* Buffer registers of a given UTCB. */
static inline l4_buf_regs_t *l4_utcb_br_u(l4_utcb_t *utcb)
{
	return (l4_buf_regs_t *)((char *)utcb + offsetof(l4_utcb_layout_t, bdr));
}

/* Buffer registers of the calling thread. */
static inline l4_buf_regs_t *l4_utcb_br(void)
{
	return l4_utcb_br_u(l4_utcb());
}

/* Thread control registers of a given UTCB. */
static inline l4_thread_regs_t *l4_utcb_tcr_u(l4_utcb_t *utcb)
{
	return (l4_thread_regs_t *)((char *)utcb + offsetof(l4_utcb_layout_t, error));
}

/* Thread control registers of the calling thread. */
static inline l4_thread_regs_t *l4_utcb_tcr(void)
{
	return l4_utcb_tcr_u(l4_utcb());
}

/* Register state of an exception message just received (L4_UTCB_EXCEPTION_REGS_SIZE words). */
static inline l4_exc_regs_t *l4_utcb_exc_u(l4_utcb_t *utcb)
{
	return (l4_exc_regs_t *)utcb;
}

/* l4_utcb_exc_u() for the calling thread. */
static inline l4_exc_regs_t *l4_utcb_exc(void)
{
	return l4_utcb_exc_u(l4_utcb());
}

/* Instruction pointer in an exception message. */
static inline l4_umword_t l4_utcb_exc_pc(l4_exc_regs_t const *regs)
{
	return regs->ip;
}

/* Address a page fault was about, when trapno is L4_TRAP_PF. */
static inline l4_umword_t l4_utcb_exc_pfa(l4_exc_regs_t const *regs)
{
	return regs->pfa;
}

/* Copies bytes between a buffer and message registers, without a library. */
static inline void l4_utcb_copy(void *to, void const *from, unsigned long size)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

#endif
