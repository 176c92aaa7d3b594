/* SPDX-License-Identifier: MIT */
/*
 * Random system calls, for the core on the host (core/) and for L4 programs (fuzz/). All state is
 * in one structure: a program's task may have no writable data.
 */
#ifndef HOSTILE_CALL_H
#define HOSTILE_CALL_H

#include <l4/abi/utcb.h>
#include <l4/abi/vcpu.h>
#include <stdint.h>

struct fuzz {
	uint64_t seed;      /* not 0 */
	uint64_t utcb_base; /* of the caller's task; its third page may be a vCPU's */
	unsigned slots;     /* capability slots worth naming */
	unsigned number;    /* of the thread in its task */
	uint64_t count;     /* calls made */
};

struct fuzz_regs {
	uint64_t rax, rdx, rsi, r8;
};

static inline uint64_t fuzz_random(struct fuzz *z)
{
	z->seed ^= z->seed << 13;
	z->seed ^= z->seed >> 7;
	z->seed ^= z->seed << 17;
	return z->seed;
}

static inline uint64_t fuzz_below(struct fuzz *z, uint64_t n)
{
	return fuzz_random(z) % n;
}

/* An address that is likely to mean something. */
uint64_t fuzz_address(struct fuzz *z);

/* Fills UTCB, vCPU state (NULL: none) and registers for one system call. */
void fuzz_system_call(struct fuzz *z, l4_utcb_layout_t *u, l4_vcpu_state_t *v, struct fuzz_regs *r);

#endif
