/* SPDX-License-Identifier: MIT */
/*
 * Constants of the L4Re / Fiasco amd64 user ABI: capability selectors, invocation flags,
 * page sizes, the fixed capabilities a task is started with.
 *
 * What lives in l4/abi: numbers and layouts only, no function and no instruction, so that
 * the kernel (a host program) and L4 programs share one definition. Read in the order
 * consts.h, err.h, msg.h, utcb.h, ops.h and what it includes, vcpu.h, kip.h, mod.h, ux.h, virtio.h.
 *
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys consts.h, types.h, __timeout.h, ARCH-amd64 ipc.h;
 * kernel interface version 0x87034444, feature abiver:3.
 */
#ifndef L4_ABI_CONSTS_H
#define L4_ABI_CONSTS_H

/* Pages. Orders are log2 of bytes. */
#define L4_PAGESHIFT 12                             /* order of a page */
#define L4_PAGESIZE (1UL << L4_PAGESHIFT)           /* 4 KiB */
#define L4_SUPERPAGESHIFT 21                        /* order of a large page */
#define L4_SUPERPAGESIZE (1UL << L4_SUPERPAGESHIFT) /* 2 MiB */

/* Capability selector: index << 12, or'ed with invocation flags and special bits. */
#define L4_CAP_SHIFT 12                  /* selector = index << 12 */
#define L4_CAP_OFFSET 0x1000UL           /* distance of two selectors */
#define L4_CAP_MASK 0xfffffffffffffc00UL /* selector without flags */
#define L4_INVALID_CAP_BIT 0x800UL       /* "no capability"; as a destination: the caller itself */
#define L4_REPLY_CAP_BIT 0x400UL         /* the index names a slot of the reply space */
#define L4_INVALID_CAP 0xfffffffffffff800UL /* no capability; as a destination the caller itself */
#define L4_CAP_INDICES 65536UL              /* indices 0..65535 exist in a capability table */

/* Invocation flags in bits 0..3 of the destination selector. */
#define L4_SYSF_NONE 0x0UL /* nothing; runs the operation of a task or thread, without answer */
#define L4_SYSF_SEND 0x1UL /* there is a send phase */
#define L4_SYSF_RECV 0x2UL /* there is a receive phase */
#define L4_SYSF_OPEN_WAIT 0x4UL /* receive from anybody, else from the destination only */
#define L4_SYSF_REPLY 0x8UL     /* send to the caller in the reply slot */
#define L4_SYSF_CALL (L4_SYSF_SEND | L4_SYSF_RECV)          /* send, then receive from there */
#define L4_SYSF_WAIT (L4_SYSF_RECV | L4_SYSF_OPEN_WAIT)     /* receive from anybody */
#define L4_SYSF_SEND_AND_WAIT (L4_SYSF_SEND | L4_SYSF_WAIT) /* send, then receive from anybody */
/* answer, then receive from anybody */
#define L4_SYSF_REPLY_AND_WAIT (L4_SYSF_SEND_AND_WAIT | L4_SYSF_REPLY)

/* Capabilities present when the kernel, or our root task, starts a program. */
#define L4_BASE_TASK_CAP 0x1000UL      /* the program's task */
#define L4_BASE_FACTORY_CAP 0x2000UL   /* factory */
#define L4_BASE_THREAD_CAP 0x3000UL    /* first thread */
#define L4_BASE_PAGER_CAP 0x4000UL     /* gate to the pager: sigma0 or init */
#define L4_BASE_LOG_CAP 0x5000UL       /* log */
#define L4_BASE_ICU_CAP 0x6000UL       /* also platform control */
#define L4_BASE_SCHEDULER_CAP 0x7000UL /* scheduler */
#define L4_BASE_IOMMU_CAP 0x8000UL     /* absent here */
#define L4_BASE_DEBUGGER_CAP 0xa000UL  /* debugger */
#define L4_BASE_FIRST_FREE 12UL        /* index of the first capability slot a program may use */

/* The pages the kernel itself gives sigma0 and the root task as UTCB area. */
#define L4_KERNEL_UTCB_ADDR 0x7fff000000UL

/* Timeouts: 16 bits each, pair = send << 16 | receive. */
#define L4_TIMEOUT_NEVER 0x0000U /* wait for ever */
#define L4_TIMEOUT_ZERO 0x0400U  /* do not wait */
#define L4_TIMEOUT_ABS 0x8000U   /* bits 0..5: index of the BR that holds the KIP clock value, us */
#define L4_TIMEOUT_MANTISSA 0x03ffU /* bits 0..9; mantissa 0 with an exponent: do not wait */
#define L4_TIMEOUT_EXP_SHIFT 10     /* bits 10..14: exponent */

/* Selectors a program sees in its registers' messages, whatever the host uses. */
#define L4_USER_CS64 0x2b /* 64-bit code */
#define L4_USER_CS32 0x1b /* 32-bit code */
#define L4_USER_DS 0x23   /* data and stack */

#endif
