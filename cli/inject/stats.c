// SPDX-License-Identifier: MIT
/* Wilson's score interval. */
#include "stats.h"

#include <math.h>

#define Z95 1.959963984540054

struct interval stats_wilson(uint64_t hits, uint64_t n)
{
	double p, d, middle, half;

	if (!n)
		return (struct interval){ 0, 1 };
	p = (double)hits / n;
	d = 1 + Z95 * Z95 / n;
	middle = (p + Z95 * Z95 / (2 * n)) / d;
	half = Z95 * sqrt(p * (1 - p) / n + Z95 * Z95 / (4.0 * n * n)) / d;
	return (struct interval){ hits ? middle - half : 0, hits < n ? middle + half : 1 };
}
