/* SPDX-License-Identifier: MIT */
/* Patterns for the FPU tests: see fpu.h. */
#include "fpu.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

typedef long hold_function(const struct fpu_state *, struct fpu_state *, long, long);

extern hold_function fpu_hold_sse, fpu_hold_avx, fpu_hold_avx512;

const char *fpu_kind(void)
{
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
		return "avx512";
	return __builtin_cpu_supports("avx") ? "avx" : "sse";
}

long fpu_hold(const struct fpu_state *in, struct fpu_state *out, long rounds, long call)
{
	const char *kind = fpu_kind();

	if (!strcmp(kind, "avx512"))
		return fpu_hold_avx512(in, out, rounds, call);
	if (!strcmp(kind, "avx"))
		return fpu_hold_avx(in, out, rounds, call);
	return fpu_hold_sse(in, out, rounds, call);
}

void fpu_fill(struct fpu_state *state, unsigned int seed)
{
	uint32_t x = seed * 2654435761u + 1;

	memset(state, 0, sizeof(*state));
	for (int i = 0; i < 32; i++)
		for (int j = 0; j < 64; j++) {
			x = x * 1664525 + 1013904223;
			state->vector[i][j] = (uint8_t)(x >> 24);
		}
	for (int i = 0; i < 8; i++) {
		state->mask[i] = ((uint64_t)x << 32 | ~x) + (uint64_t)i * 0x0101010101010101;
		state->x87[i] = seed * 1000.0 + i + 0.5;
	}
	/* Rounding modes, flush-to-zero, denormals are zeros; all exceptions stay masked. */
	state->mxcsr = 0x1f80 | (seed & 3) << 13 | (seed & 4) << 13 | (seed & 8) << 3;
	state->control = (uint16_t)(0x37f | (seed & 3) << 10);
}

int fpu_check(const struct fpu_state *got, const struct fpu_state *want, const char *who)
{
	int avx512 = !strcmp(fpu_kind(), "avx512"), good = 1;
	int registers = avx512 ? 32 : 16;
	size_t width = avx512 ? 64 : !strcmp(fpu_kind(), "avx") ? 32 : 16;
	char name[80];

	for (int i = 0; i < registers; i++) {
		snprintf(name, sizeof(name), "%s: %s vector register %d", who, fpu_kind(), i);
		good &= check_memory(__FILE__, __LINE__, name, got->vector[i], want->vector[i],
				     width);
	}
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "%s: k%d", who, i);
		if (avx512)
			good &= check_memory(__FILE__, __LINE__, name, &got->mask[i],
					     &want->mask[i], 8);
		snprintf(name, sizeof(name), "%s: st%d", who, i);
		good &= check_range(__FILE__, __LINE__, name, got->x87[i], want->x87[i],
				    want->x87[i]);
	}
	snprintf(name, sizeof(name), "%s: mxcsr", who);
	good &= check_equal(__FILE__, __LINE__, name, got->mxcsr, want->mxcsr);
	snprintf(name, sizeof(name), "%s: x87 control word", who);
	return good & check_equal(__FILE__, __LINE__, name, got->control, want->control);
}

void fpu_trash(unsigned int seed)
{
	static __thread struct fpu_state in, out;

	fpu_fill(&in, seed);
	fpu_hold(&in, &out, 1, FPU_SPIN);
}
