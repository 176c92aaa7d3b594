/* SPDX-License-Identifier: MIT */
/* The main loop's share of simulated time: what happens when, and the end. */
#ifndef UX_SIMULATION_H
#define UX_SIMULATION_H

#include <stdbool.h>

struct thread;

struct time_plan;

/* What there is to do besides. */
void simulation_start(const struct time_plan *p, bool raw_terminal);

/* Before a thread is picked: what the time that has passed brings. */
void simulation_round(void);

/*
 * Before guest code runs: lets devices finish what they were asked for. true: they, or the world
 * outside, have raised interrupts, or the end has come; who is to run must be decided again. false:
 * the system lies still, and if a snapshot is due it was made.
 */
bool simulation_settle(void);

/* Nobody can run: takes input from outside, or goes to the next deadline, or ends. */
void simulation_idle(void);

/* A stop was asked for. @t, if not NULL, ran then and had not entered the kernel since it began. */
void simulation_end(const struct thread *t, bool print_hash);

#endif
