/* SPDX-License-Identifier: MIT */
/* The cheapest calls: a system call that does nothing, and the clock as programs read it. */
#define _GNU_SOURCE
#include "micro.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double bench_getpid(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		syscall(SYS_getpid);
	return (now_ns() - start) / n;
}

/* Through the C library, so through the vDSO where there is one. */
static double bench_clock(long n)
{
	double start = now_ns();
	struct timespec t;

	for (long i = 0; i < n; i++)
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (now_ns() - start) / n;
}

const struct bench call_benches[] = {
	{ "getpid", bench_getpid, 40000 },
	{ "clock_gettime", bench_clock, 40000 },
	{ 0 },
};
