/* SPDX-License-Identifier: MIT */
/*
 * The voter, which is the supervisor too: `replicas [--careless] [ROUNDS]`. It asks all replicas
 * the same, takes the answer of the majority, and replaces who is dead or in the minority. What
 * it does about a fault it says in lines that begin with "supervisor:"; the last line is the
 * result. Status 3: it knows that it has failed.
 */
#include "replica.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10UL
#define RESTARTS_MAX 8U
#define STATUS_FAILED 3

static unsigned restarts;

static void restart(unsigned i, unsigned like, const char *why)
{
	printf("supervisor: replica %u %s\n", i, why);
	if (++restarts > RESTARTS_MAX) {
		printf("supervisor: that happens too often\n");
		exit(STATUS_FAILED);
	}
	group_restart(i, like);
}

/* Who is not @i and was with the majority at the end of the last round. */
static unsigned other_than(unsigned i)
{
	return (i + 1) % REPLICAS;
}

/* All answers to one request. A replica that fails is replaced, and the request is repeated. */
static void ask_all(const l4_umword_t request[REQUEST_WORDS], l4_umword_t digest[REPLICAS])
{
	for (unsigned i = 0; i < REPLICAS; i++)
		if (!group_ask(i, request, &digest[i])) {
			restart(i, other_than(i), "has failed");
			i = ~0U; /* from the first one again */
		}
}

/* The answer of two at least. */
static l4_umword_t vote(const l4_umword_t digest[REPLICAS])
{
	for (unsigned i = 0; i < REPLICAS; i++)
		if (digest[i] == digest[other_than(i)]) {
			unsigned third = other_than(other_than(i));

			if (digest[third] != digest[i])
				restart(third, i, "was outvoted");
			return digest[i];
		}
	printf("supervisor: no two replicas agree\n");
	exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
	bool careless = argc > 1 && !strcmp(argv[1], "--careless");
	unsigned long rounds = argc > 1 + careless ? strtoul(argv[1 + careless], NULL, 10) : ROUNDS;
	l4_umword_t digest[REPLICAS], result = 0;

	group_start();
	for (unsigned long round = 1; round <= rounds; round++) {
		const l4_umword_t request[REQUEST_WORDS] = {
			[REQUEST_ROUND] = round,
			[REQUEST_VALUE] = round * 2654435761UL,
			[REQUEST_CARELESS] = careless,
		};

		ask_all(request, digest);
		result = vote(digest);
	}
	printf("result of %lu rounds: %lx\n", rounds, result);
	return EXIT_SUCCESS;
}
