// SPDX-License-Identifier: MIT
/* System clock. */
#include "clock.h"

#include "../core/arch.h"
#include "vtime.h"

#include <cpuid.h>
#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <x86intrin.h>

#define KVM_TIMING_LEAF 0x40000010U
#define CALIBRATE_NS 3000000

static uint64_t khz, scaler_us, scaler_ns;

/* A pair of both clocks read as close together as possible. */
static void sample(uint64_t *tsc, int64_t *ns)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		struct timespec ts;
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		after = __rdtsc();
		if (after - before >= best)
			continue;
		best = after - before;
		*tsc = before + best / 2;
		*ns = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	}
}

/*
 * Measured once: who computes with times of before clock_init() was called again, like the guest's
 * date at clock 0, would otherwise be wrong by the difference times the host's uptime.
 */
static uint64_t khz_measured(void)
{
	static uint64_t measured;
	uint64_t tsc0, tsc1;
	int64_t ns0, ns1;

	if (measured)
		return measured;
	sample(&tsc0, &ns0);
	do
		sample(&tsc1, &ns1);
	while (ns1 - ns0 < CALIBRATE_NS);
	measured = (uint64_t)((double)(tsc1 - tsc0) * 1e6 / (ns1 - ns0) + 0.5);
	return measured;
}

/* What processor or hypervisor say; 0 when neither does. */
static uint64_t khz_announced(void)
{
	unsigned a, b, c, d;

	if (__get_cpuid(1, &a, &b, &c, &d) && (c >> 31)) {
		__cpuid(0x40000000, a, b, c, d);
		if (a >= KVM_TIMING_LEAF) {
			__cpuid(KVM_TIMING_LEAF, a, b, c, d);
			if (a)
				return a;
		}
	}
	if (__get_cpuid_max(0, NULL) >= 0x15) {
		__cpuid(0x15, a, b, c, d);
		if (a && b && c)
			return (uint64_t)c * b / a / 1000;
	}
	return 0;
}

int clock_init(void)
{
	khz = vtime_on() ? VTIME_KHZ : khz_announced();
	if (!khz)
		khz = khz_measured();
	if (khz < 1000)
		return -ENODEV;
	scaler_us = (1000ULL << 32) / khz;
	scaler_ns = (1000000ULL << 27) / khz;
	return 0;
}

uint64_t clock_tsc_khz(void)
{
	return khz;
}

uint64_t clock_scaler_us(void)
{
	return scaler_us;
}

uint64_t clock_scaler_ns(void)
{
	return scaler_ns;
}

static uint64_t ticks(void)
{
	return vtime_on() ? vtime_ticks() : __rdtsc();
}

uint64_t arch_now(void)
{
	return (unsigned __int128)ticks() * scaler_us >> 32;
}

uint64_t arch_now_ns(void)
{
	return (unsigned __int128)ticks() * scaler_ns >> 27;
}

void arch_time_jump(uint64_t us)
{
	vtime_jump(arch_now() + us);
}

uint64_t clock_host_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000;
}
