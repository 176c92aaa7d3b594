/* SPDX-License-Identifier: MIT */
/* vCPU state area in ku_mem. Source: L4Re reference manual, group "vCPU API". */
#ifndef L4_ABI_VCPU_H
#define L4_ABI_VCPU_H

#include <l4/abi/utcb.h>

#define L4_VCPU_STATE_VERSION 0x26UL
#define L4_VCPU_STATE_SIZE 0x200UL

enum l4_vcpu_state_flags {
	L4_VCPU_F_IRQ = 0x01, /* accept IPC and IRQs as upcalls */
	L4_VCPU_F_PAGE_FAULTS = 0x02,
	L4_VCPU_F_EXCEPTIONS = 0x04,
	L4_VCPU_F_USER_MODE = 0x20,
	L4_VCPU_F_FPU_ENABLED = 0x80,
};
enum l4_vcpu_sticky_flags { L4_VCPU_SF_IRQ_PENDING = 0x01 };

/* The message of an IPC upcall as the receive operation would have returned it. */
typedef struct l4_vcpu_ipc_regs {
	l4_umword_t _r0;
	l4_umword_t label;
	l4_umword_t _r2[5];
	l4_umword_t tag;
} l4_vcpu_ipc_regs_t;

typedef struct l4_vcpu_state {
	l4_umword_t version; /* L4_VCPU_STATE_VERSION, written by the kernel */
	l4_umword_t user_data[7];
	l4_exc_regs_t r; /* the interrupted registers */
	l4_vcpu_ipc_regs_t i;
	unsigned short state;       /* enum l4_vcpu_state_flags, current */
	unsigned short saved_state; /* flags before the upcall; loaded by resume */
	unsigned short sticky_flags;
	unsigned short _reserved;
	l4_umword_t user_task; /* capability selector; bit 0 is set by the kernel when cached */
	l4_umword_t entry_sp;
	l4_umword_t entry_ip;
	l4_umword_t _kernel_sp;
	l4_umword_t host_fs_base, host_gs_base;
	unsigned short host_ds, host_es, host_fs, host_gs;
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
