/* SPDX-License-Identifier: MIT */
/*
 * Vector and x87 state for the FPU tests: fill it with a pattern, hold it in the registers while
 * something happens, compare register by register. Offsets are known to fpu_hold.S.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct fpu_state {
	uint8_t vector[32][64]; /* zmm0..31; AVX uses 32 bytes of 16, SSE 16 bytes */
	uint64_t mask[8];       /* k0..7, AVX-512 only */
	double x87[8];          /* st0..7 */
	uint32_t mxcsr;
	uint16_t control; /* x87 control word */
} __attribute__((aligned(64)));

_Static_assert(offsetof(struct fpu_state, mask) == 2048, "known to fpu_hold.S");
_Static_assert(offsetof(struct fpu_state, x87) == 2112, "known to fpu_hold.S");
_Static_assert(offsetof(struct fpu_state, mxcsr) == 2176, "known to fpu_hold.S");
_Static_assert(offsetof(struct fpu_state, control) == 2180, "known to fpu_hold.S");

#define FPU_SPIN (-1L)

/* "avx512", "avx" or "sse": the widest this machine has. */
const char *fpu_kind(void);
/* A pattern that differs in every register and for every seed. */
void fpu_fill(struct fpu_state *state, unsigned int seed);
/* See fpu_hold.S; the widest variant. */
long fpu_hold(const struct fpu_state *in, struct fpu_state *out, long rounds, long call);
/* Compare what fpu_hold() brought back; reports differences as failed checks. */
int fpu_check(const struct fpu_state *got, const struct fpu_state *want, const char *who);
/* Overwrite every register, as a careless signal handler or another process would. */
void fpu_trash(unsigned int seed);
