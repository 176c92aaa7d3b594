/* SPDX-License-Identifier: MIT */
/*
 * Fixed work quantum (FWQ): the same work again and again, each time measured. What is more
 * than the fastest is noise: somebody else had the processor. Used on the host, in a guest
 * process and in a native L4 thread.
 */
#ifndef BENCH_QUANTUM_H
#define BENCH_QUANTUM_H

#define QUANTUM_LOOPS 200000UL /* some 60 to 100 microseconds */

static inline unsigned long long quantum_cycles(void)
{
	return __builtin_ia32_rdtsc();
}

/* Cycles that one quantum took. */
static inline unsigned long long quantum_run(void)
{
	unsigned long long start = quantum_cycles();

	for (unsigned long i = 0; i < QUANTUM_LOOPS; i++)
		__asm__ volatile("");
	return quantum_cycles() - start;
}

/* Mean above the fastest, in thousandths of the fastest. @sorted: n samples, ascending. */
static inline unsigned long long quantum_noise_permille(const unsigned long long *sorted, long n)
{
	unsigned long long sum = 0;

	if (n < 1)
		return 0;
	for (long i = 0; i < n; i++)
		sum += sorted[i] - sorted[0];
	return sum * 1000 / (unsigned long long)n / (sorted[0] ? sorted[0] : 1);
}

#endif
