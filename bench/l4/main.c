/* SPDX-License-Identifier: MIT */
/*
 * What the microkernel's own operations cost; the messages of examples/pingpong and what that
 * leaves out. Everything is in cycles of the time-stamp counter, one line for each:
 *
 *	bench=<name> rounds=<n> min=<n> median=<n> max=<n> unit=cycles
 *
 *	l4ux run lib/l4ux/bench/l4bench [rounds [name]]
 *
 * With a name the others run once only, so that what is counted from outside is that operation.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_ROUNDS 1000

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : DEFAULT_ROUNDS;

	if (rounds < 1 || rounds > STATS_MAX) {
		printf("l4bench: the number of rounds must be 1 to %u\n", STATS_MAX);
		return EXIT_FAILURE;
	}
	pingpong_only(argc > 2 ? argv[2] : NULL);
	measure_ipc((unsigned)rounds);
	measure_faults((unsigned)rounds);
	measure_objects((unsigned)rounds);
	measure_exceptions((unsigned)rounds);
	measure_quantum((unsigned)rounds);
	measure_upcalls((unsigned)rounds);
}
