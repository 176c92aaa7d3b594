/* SPDX-License-Identifier: MIT */
/*
 * Constants of the L4Re / Fiasco amd64 user ABI: capability selectors, invocation flags,
 * page sizes, the fixed capabilities a task is started with.
 *
 * What lives in l4/abi: numbers and layouts only, no function and no instruction, so that
 * the kernel (a host program) and L4 programs share one definition. Read in the order
 * consts.h, err.h, msg.h, utcb.h, ops.h and what it includes, vcpu.h, kip.h, mod.h, ux.h.
 *
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys consts.h, types.h, __timeout.h, ARCH-amd64 ipc.h;
 * kernel interface version 0x87034444, feature abiver:3.
 */
#ifndef L4_ABI_CONSTS_H
#define L4_ABI_CONSTS_H

/* Pages. Orders are log2 of bytes. */
#define L4_PAGESHIFT 12
#define L4_PAGESIZE (1UL << L4_PAGESHIFT)
#define L4_SUPERPAGESHIFT 21
#define L4_SUPERPAGESIZE (1UL << L4_SUPERPAGESHIFT)

/* Capability selector: index << 12, or'ed with invocation flags and special bits. */
#define L4_CAP_SHIFT 12
#define L4_CAP_OFFSET 0x1000UL
#define L4_CAP_MASK 0xfffffffffffffc00UL
#define L4_INVALID_CAP_BIT 0x800UL /* "no capability"; as a destination: the caller itself */
#define L4_REPLY_CAP_BIT 0x400UL   /* the index names a slot of the reply space */
#define L4_INVALID_CAP 0xfffffffffffff800UL
#define L4_CAP_INDICES 65536UL /* indices 0..65535 exist in a capability table */

/* Invocation flags in bits 0..3 of the destination selector. */
#define L4_SYSF_NONE 0x0UL
#define L4_SYSF_SEND 0x1UL
#define L4_SYSF_RECV 0x2UL
#define L4_SYSF_OPEN_WAIT 0x4UL
#define L4_SYSF_REPLY 0x8UL
#define L4_SYSF_CALL (L4_SYSF_SEND | L4_SYSF_RECV)
#define L4_SYSF_WAIT (L4_SYSF_RECV | L4_SYSF_OPEN_WAIT)
#define L4_SYSF_SEND_AND_WAIT (L4_SYSF_SEND | L4_SYSF_WAIT)
#define L4_SYSF_REPLY_AND_WAIT (L4_SYSF_SEND_AND_WAIT | L4_SYSF_REPLY)

/* Capabilities present when the kernel, or our root task, starts a program. */
#define L4_BASE_TASK_CAP 0x1000UL
#define L4_BASE_FACTORY_CAP 0x2000UL
#define L4_BASE_THREAD_CAP 0x3000UL
#define L4_BASE_PAGER_CAP 0x4000UL
#define L4_BASE_LOG_CAP 0x5000UL
#define L4_BASE_ICU_CAP 0x6000UL /* also platform control */
#define L4_BASE_SCHEDULER_CAP 0x7000UL
#define L4_BASE_IOMMU_CAP 0x8000UL
#define L4_BASE_DEBUGGER_CAP 0xa000UL
#define L4_BASE_FIRST_FREE 12UL /* index of the first capability slot a program may use */

/* The pages the kernel itself gives sigma0 and the root task as UTCB area. */
#define L4_KERNEL_UTCB_ADDR 0x7fff000000UL

/* Timeouts: 16 bits each, pair = send << 16 | receive. */
#define L4_TIMEOUT_NEVER 0x0000U
#define L4_TIMEOUT_ZERO 0x0400U
#define L4_TIMEOUT_ABS 0x8000U /* bits 0..5: index of the BR that holds the KIP clock value, us */
#define L4_TIMEOUT_MANTISSA 0x03ffU
#define L4_TIMEOUT_EXP_SHIFT 10

/* Selectors a program sees in its registers' messages, whatever the host uses. */
#define L4_USER_CS64 0x2b
#define L4_USER_CS32 0x1b
#define L4_USER_DS 0x23

#endif
