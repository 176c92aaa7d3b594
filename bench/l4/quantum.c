/* SPDX-License-Identifier: MIT */
/* Fixed work quantum in an L4 thread: see ../quantum.h. */
#include "bench.h"

#include "../quantum.h"

#include <stdio.h>

#define SAMPLES_MAX 4000U

static unsigned long long samples[SAMPLES_MAX];

/* Shell sort: this library has no qsort. */
static void sort(unsigned n)
{
	for (unsigned gap = n / 2; gap; gap /= 2)
		for (unsigned i = gap; i < n; i++)
			for (unsigned j = i; j >= gap && samples[j - gap] > samples[j]; j -= gap) {
				unsigned long long t = samples[j];

				samples[j] = samples[j - gap];
				samples[j - gap] = t;
			}
}

void measure_quantum(unsigned rounds)
{
	unsigned n = pingpong_rounds("quantum", rounds);

	if (n > SAMPLES_MAX)
		n = SAMPLES_MAX;
	for (unsigned i = 0; i < n; i++)
		samples[i] = quantum_run();
	sort(n);
	printf("quantum rounds=%u noise=%lu unit=permille\n", n,
	       (unsigned long)quantum_noise_permille(samples, n));
}
