/* SPDX-License-Identifier: MIT */
/* Confidence intervals for shares. */
#ifndef INJECT_STATS_H
#define INJECT_STATS_H

#include <stdint.h>

struct interval {
	double low, high;
};

/*
 * The share of a class whose @hits among @n independent runs were seen: the 95 % interval of
 * Wilson (1927), which stays within 0 and 1 and is sound for few hits. [0, 1] when @n is 0.
 */
struct interval stats_wilson(uint64_t hits, uint64_t n);

#endif
