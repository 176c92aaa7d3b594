/* SPDX-License-Identifier: MIT */
/* Fixed work quantum in a process: see quantum.h. */
#include "micro.h"

#include "../quantum.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return (x > y) - (x < y);
}

/* Reported in per cent, not in nanoseconds. */
static double bench_quantum(long n)
{
	unsigned long long *samples = calloc(n, sizeof(*samples));
	double noise;

	if (!samples)
		die("memory for the samples");
	for (long i = 0; i < n; i++)
		samples[i] = quantum_run();
	qsort(samples, n, sizeof(*samples), compare);
	noise = quantum_noise_permille(samples, n) / 10.0;
	free(samples);
	return noise;
}

const struct bench quantum_benches[] = {
	{ "quantum-noise", bench_quantum, 4000 },
	{ 0 },
};
