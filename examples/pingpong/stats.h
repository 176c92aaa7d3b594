/* SPDX-License-Identifier: MIT */
/* Samples of one measurement, in cycles of the time-stamp counter. */
#ifndef EXAMPLES_PINGPONG_STATS_H
#define EXAMPLES_PINGPONG_STATS_H

#include <l4/sys/types.h>

#define STATS_MAX 100000U

/* Forgets all samples. */
void stats_reset(void);

void stats_add(l4_uint64_t cycles);

/* One line: bench=<name> rounds=<n> min=<n> median=<n> max=<n> unit=cycles */
void stats_print(const char *name);

#endif
