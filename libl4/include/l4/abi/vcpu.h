/* SPDX-License-Identifier: MIT */
/*
 * vCPU state area in ku_mem.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys vcpu.h, ARCH-amd64 __vcpu-arch.h.
 */
#ifndef L4_ABI_VCPU_H
#define L4_ABI_VCPU_H

#include <l4/abi/utcb.h>

#define L4_VCPU_STATE_VERSION 0x26UL /* of this layout */
#define L4_VCPU_STATE_SIZE 0x200UL   /* bytes the kernel reserves */

/* Flags of state and saved_state. */
enum l4_vcpu_state_flags {
	L4_VCPU_F_IRQ = 0x01,         /* accept IPC and IRQs as upcalls */
	L4_VCPU_F_PAGE_FAULTS = 0x02, /* take page faults as upcalls */
	L4_VCPU_F_EXCEPTIONS = 0x04,  /* take exceptions as upcalls */
	L4_VCPU_F_USER_MODE = 0x20,   /* runs, or ran, in the user task */
	L4_VCPU_F_FPU_ENABLED = 0x80, /* user mode may use the vector unit; here it always may */
};
/* Flags the kernel keeps up to date. */
enum l4_vcpu_sticky_flags {
	L4_VCPU_SF_IRQ_PENDING = 0x01, /* a message waits for L4_VCPU_F_IRQ */
};

/* The message of an IPC upcall as the receive operation would have returned it. */
typedef struct l4_vcpu_ipc_regs {
	l4_umword_t _r0;
	l4_umword_t label; /* label of the message */
	l4_umword_t _r2[5];
	l4_umword_t tag; /* its tag */
} l4_vcpu_ipc_regs_t;

/* The state area. It is the program's: the kernel checks what it reads there. */
typedef struct l4_vcpu_state {
	l4_umword_t version;         /* L4_VCPU_STATE_VERSION, written by the kernel */
	l4_umword_t user_data[7];    /* never touched by the kernel */
	l4_exc_regs_t r;             /* the interrupted registers */
	l4_vcpu_ipc_regs_t i;        /* the message of an IPC upcall */
	unsigned short state;        /* enum l4_vcpu_state_flags, current */
	unsigned short saved_state;  /* flags before the upcall; loaded by resume */
	unsigned short sticky_flags; /* enum l4_vcpu_sticky_flags */
	unsigned short _reserved;
	l4_umword_t user_task; /* capability selector; bit 0 is set by the kernel when cached */
	l4_umword_t entry_sp;  /* stack of upcalls out of user mode */
	l4_umword_t entry_ip;  /* where upcalls go */
	l4_umword_t _kernel_sp;
	l4_umword_t host_fs_base, host_gs_base;            /* bases of the vCPU's own mode */
	unsigned short host_ds, host_es, host_fs, host_gs; /* selectors of the vCPU's own mode */
	/* selectors for user mode, written by the kernel */
	unsigned short user_ds32, user_cs64, user_cs32, _pad;
} l4_vcpu_state_t;

_Static_assert(offsetof(l4_vcpu_state_t, r) == 0x40, "vCPU regs");
_Static_assert(offsetof(l4_vcpu_state_t, i) == 0x110, "vCPU ipc regs");
_Static_assert(offsetof(l4_vcpu_state_t, state) == 0x150, "vCPU state");
_Static_assert(offsetof(l4_vcpu_state_t, sticky_flags) == 0x154, "vCPU sticky");
_Static_assert(offsetof(l4_vcpu_state_t, user_task) == 0x158, "vCPU user task");
_Static_assert(offsetof(l4_vcpu_state_t, entry_ip) == 0x168, "vCPU entry ip");
_Static_assert(offsetof(l4_vcpu_state_t, host_fs_base) == 0x178, "vCPU host fs");
_Static_assert(offsetof(l4_vcpu_state_t, user_ds32) == 0x190, "vCPU user ds");

#endif
