/* SPDX-License-Identifier: MIT */
/* Minimum, median and maximum. */
#include "stats.h"

#include <stdio.h>

static l4_uint64_t samples[STATS_MAX];
static unsigned count;

void stats_reset(void)
{
	count = 0;
}

void stats_add(l4_uint64_t cycles)
{
	if (count < STATS_MAX)
		samples[count++] = cycles;
}

static void sift_down(unsigned root, unsigned n)
{
	for (;;) {
		unsigned child = 2 * root + 1;
		l4_uint64_t t;

		if (child >= n)
			return;
		if (child + 1 < n && samples[child + 1] > samples[child])
			child++;
		if (samples[root] >= samples[child])
			return;
		t = samples[root];
		samples[root] = samples[child];
		samples[child] = t;
		root = child;
	}
}

/* Heap sort: in place, and never slow. */
static void sort(void)
{
	for (unsigned i = count / 2; i-- > 0;)
		sift_down(i, count);
	for (unsigned n = count; n-- > 1;) {
		l4_uint64_t t = samples[0];

		samples[0] = samples[n];
		samples[n] = t;
		sift_down(0, n);
	}
}

void stats_print(const char *name)
{
	if (!count)
		return;
	sort();
	printf("bench=%s rounds=%u min=%lu median=%lu max=%lu unit=cycles\n", name, count,
	       (unsigned long)samples[0], (unsigned long)samples[count / 2],
	       (unsigned long)samples[count - 1]);
}
