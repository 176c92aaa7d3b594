/* SPDX-License-Identifier: MIT */
/*
 * User-level thread control block: message, buffer and thread control registers, and the
 * register state of an exception message.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys utcb.h, ARCH-amd64 utcb.h.
 */
#ifndef L4_ABI_UTCB_H
#define L4_ABI_UTCB_H

#include <l4/abi/stdtypes.h>

/* Machine words: 64 bits, unsigned and signed. */
typedef unsigned long l4_umword_t;
typedef long l4_mword_t; /* signed */

/* Sizes. */
enum l4_utcb_consts {
	L4_UTCB_GENERIC_DATA_SIZE = 63,    /* message registers */
	L4_UTCB_GENERIC_BUFFERS_SIZE = 58, /* buffer registers */
	L4_UTCB_OFFSET = 1024,             /* distance of two UTCBs, bytes */
	/* gs base = UTCB address + this, so that gs:0 is the address. */
	L4_UTCB_SELF_OFFSET = 0x1f8,
};

/* The kernel-maintained view of one UTCB, 1024 bytes, 8-byte aligned. */
typedef struct l4_utcb_layout {
	l4_umword_t mr[63];      /* message registers */
	l4_umword_t self;        /* user address of this UTCB, written by the kernel */
	l4_umword_t bdr;         /* buffer descriptor, see msg.h */
	l4_umword_t br[58];      /* buffer registers */
	l4_umword_t error;       /* enum l4_ipc_error, valid when the tag has L4_MSGTAG_ERROR */
	l4_umword_t free_marker; /* set to 0 by the kernel when a dead thread's UTCB is unused */
	l4_umword_t user[3];     /* never touched by the kernel */
} l4_utcb_layout_t;

_Static_assert(offsetof(l4_utcb_layout_t, self) == 0x1f8, "UTCB self pointer");
_Static_assert(offsetof(l4_utcb_layout_t, bdr) == 0x200, "UTCB BDR");
_Static_assert(offsetof(l4_utcb_layout_t, error) == 0x3d8, "UTCB error");
_Static_assert(offsetof(l4_utcb_layout_t, free_marker) == 0x3e0, "UTCB free marker");
_Static_assert(sizeof(l4_utcb_layout_t) == 0x400, "UTCB size");

/* Register state in exception messages and in the vCPU state: 26 words. */
typedef struct l4_exc_regs {
	/* general registers */
	l4_umword_t r15, r14, r13, r12, r11, r10, r9, r8;
	l4_umword_t rdi, rsi, rbp;      /* general registers */
	l4_umword_t pfa;                /* fault address, valid for trapno 14 */
	l4_umword_t rbx, rdx, rcx, rax; /* general registers */
	l4_umword_t trapno, err;        /* enum l4_trapno; error code of the CPU */
	/* as the CPU saves them; cs is ignored when written back */
	l4_umword_t ip, cs, flags, sp, ss;
	l4_umword_t fs_base, gs_base;  /* segment bases */
	unsigned short ds, es, fs, gs; /* selectors */
} l4_exc_regs_t;

_Static_assert(offsetof(l4_exc_regs_t, trapno) == 16 * 8, "exception trapno");
_Static_assert(offsetof(l4_exc_regs_t, fs_base) == 23 * 8, "exception fs base");
_Static_assert(sizeof(l4_exc_regs_t) == 26 * 8, "exception message");

#define L4_UTCB_EXCEPTION_REGS_SIZE 26 /* words of an exception message */

/* Trap numbers that are no CPU vectors. */
enum l4_trapno {
	L4_TRAP_DE = 0,  /* divide error */
	L4_TRAP_DB = 1,  /* single step */
	L4_TRAP_BP = 3,  /* int3; ip is behind it */
	L4_TRAP_OF = 4,  /* overflow, of no use to programs: int 4 is L4_TRAP_GP */
	L4_TRAP_BR = 5,  /* bound, in 32-bit code */
	L4_TRAP_UD = 6,  /* invalid instruction */
	L4_TRAP_NP = 11, /* segment not present */
	L4_TRAP_SS = 12, /* stack fault */
	L4_TRAP_GP = 13, /* general protection */
	L4_TRAP_PF = 14, /* page fault */
	L4_TRAP_MF = 16, /* x87 error */
	L4_TRAP_AC = 17, /* alignment */
	L4_TRAP_XM = 19, /* SSE error */
	/* syscall of an alien (err 0 before, 1 after) or in vCPU user mode */
	L4_TRAP_SYSCALL = 253,
	L4_TRAP_VCPU_IPC = 254, /* vCPU upcall for an IPC or IRQ */
	L4_TRAP_EX_REGS = 255,  /* triggered by ex_regs */
};

/* Page-fault error bits, as the CPU pushes them. */
#define L4_PF_PRESENT 1UL
#define L4_PF_WRITE 2UL
#define L4_PF_USER 4UL
#define L4_PF_FETCH 16UL

#endif
