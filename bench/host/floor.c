/* SPDX-License-Identifier: MIT */
/*
 * The floors below a microkernel made of host processes, on one CPU: what the bare mechanisms of
 * this host cost. Everything else is read against these. Prints one line for each,
 *
 *     floor NAME min NS ns CYCLES cycles median NS ns CYCLES cycles
 *
 *     floor [CPU]
 */
#define _GNU_SOURCE
#include "floor.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

struct cost {
	double ns, cycles;
};

static struct cost samples[BATCHES];
static struct timespec start_time;
static unsigned long long start_cycles;

_Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

void begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &start_time);
	start_cycles = __rdtsc();
}

void end(int batch, int n)
{
	unsigned long long cycles = __rdtsc() - start_cycles;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	samples[batch].cycles = (double)cycles / n;
	samples[batch].ns = ((now.tv_sec - start_time.tv_sec) * 1e9 +
			     (now.tv_nsec - start_time.tv_nsec)) /
			    n;
}

static int compare(const void *a, const void *b)
{
	double left = ((const struct cost *)a)->ns, right = ((const struct cost *)b)->ns;

	return (left > right) - (left < right);
}

void report(const char *name)
{
	qsort(samples, BATCHES, sizeof(samples[0]), compare);
	printf("floor %s min %.0f ns %.0f cycles median %.0f ns %.0f cycles\n", name, samples[0].ns,
	       samples[0].cycles, samples[BATCHES / 2].ns, samples[BATCHES / 2].cycles);
	fflush(stdout);
}

pid_t start_child(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

int main(int argc, char **argv)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(argc > 1 ? (int)strtol(argv[1], NULL, 0) : sched_getcpu(), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("pin to one CPU");
	floor_getpid();
	floor_ptrace();
	floor_futex();
	floor_mmap();
	floor_sigsys();
	return 0;
}
