/* SPDX-License-Identifier: MIT */
/*
 * What messages cost. Everything in an L4 system is a message: a call to a server, a page fault,
 * an exception; so their round trips are the numbers to know. Each measurement here is one line
 *
 *	bench=<name> rounds=<n> min=<cycles> median=<cycles> max=<cycles> unit=cycles
 *
 * with cycles of the host's time-stamp counter. The minimum is what the path costs, the median
 * what one gets, the maximum mostly the host doing something else. Every answer is checked as
 * well: a wrong one ends the program with status 1.
 *
 *	l4ux run build/examples/pingpong [rounds [name]]
 */
#include "pingpong.h"

#include "stats.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_ROUNDS 1000

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : DEFAULT_ROUNDS;

	if (rounds < 1 || rounds > STATS_MAX) {
		printf("pingpong: the number of rounds must be 1 to %u\n", STATS_MAX);
		return EXIT_FAILURE;
	}
	pingpong_only(argc > 2 ? argv[2] : NULL);
	measure_ipc(rounds);
	measure_faults(rounds);
	return EXIT_SUCCESS;
}
