/* SPDX-License-Identifier: MIT */
/* Time-stamp counter. Source: Fiasco/L4Re ABI, r-2026-W26: l4util rdtsc.h. */
#ifndef L4_UTIL_RDTSC_H
#define L4_UTIL_RDTSC_H

#include <l4/sys/types.h>

typedef l4_uint64_t l4_cpu_time_t; /* ticks of the time-stamp counter */

/* The counter now; not ordered with the instructions around it. */
static inline l4_cpu_time_t l4_rdtsc(void)
{
	l4_uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (l4_cpu_time_t)hi << 32 | lo;
}

#endif
