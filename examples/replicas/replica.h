/* SPDX-License-Identifier: MIT */
/*
 * A service that survives the death of its tasks. Read in this order: this file (what a replica
 * is), replica.c (what it does), group.c (how three of them live), main.c (the voter).
 *
 * A replica is a task of its own with one thread. It has a state; each request changes the state
 * and is answered with a digest of it. Replicas that start with the same state and get the same
 * requests in the same order give the same answers: so three of them can be compared, and any of
 * them can be replaced by a copy of another one.
 */
#ifndef REPLICAS_REPLICA_H
#define REPLICAS_REPLICA_H

#include <l4/sys/consts.h>
#include <l4/sys/types.h>
#include <stdbool.h>

#define CELLS 64U

/* All that a replica knows: a page that only it writes, while it lives. */
struct state {
	l4_umword_t round;  /* the last request it has carried out */
	l4_umword_t digest; /* its answer */
	l4_umword_t cell[CELLS];
};

/* A request: call with label 0 and these words. The answer: round and digest. */
enum { REQUEST_STATE, REQUEST_ROUND, REQUEST_VALUE, REQUEST_CARELESS, REQUEST_WORDS };
enum { ANSWER_ROUND, ANSWER_DIGEST, ANSWER_WORDS };

/* Entry of a replica's thread. */
void replica_main(void);

/* group.c: three replicas, numbered from 0. */
#define REPLICAS 3U

void group_start(void);

/* The state of replica @i, to look at and to copy. */
const struct state *group_state(unsigned i);

/* Asks replica @i. false: it is dead, has raised an exception, or answers nonsense. */
bool group_ask(unsigned i, const l4_umword_t request[REQUEST_WORDS], l4_umword_t *digest);

/* Replaces replica @i by a copy of @like. */
void group_restart(unsigned i, unsigned like);

#endif
