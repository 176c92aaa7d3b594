/* SPDX-License-Identifier: MIT */
/*
 * Simulated time (--time=virtual). A counter that stands still while guest code runs: each kernel
 * entry moves it on by a small step, and when all is idle it jumps to the next deadline. Steps vary
 * a little with the seed, so that another seed tries another interleaving.
 *
 * It takes the place of the time stamp counter (clock.h), for programs too (engine/trap.c).
 */
#ifndef HOST_VTIME_H
#define HOST_VTIME_H

#include <stdbool.h>
#include <stdint.h>

/* No end was asked for: 142 years, which also a guest can count in nanoseconds and 63 bits. */
#define VTIME_FOREVER (1ULL << 52)

#define VTIME_KHZ 1024000U /* a microsecond is 1024 ticks, so that conversions are exact */

/* What the command line says about time. */
struct time_plan {
	bool is_virtual;
	bool seeded;     /* --seed was given; virtual time always has one */
	bool trace_hash; /* print it at the end */
	uint64_t seed;
	uint64_t stop_at_us;  /* simulated time to end at; 0: none */
	const char *snapshot; /* file to save the system in; NULL: none */
	uint64_t snapshot_at_us;
};

/* Before the clock is asked for the first time. */
void vtime_init(const struct time_plan *p);

bool vtime_on(void);
uint64_t vtime_ticks(void);

/* A kernel entry. */
void vtime_pass(void);

/* All is idle until @us. */
void vtime_jump(uint64_t us);

/* Microseconds at which the simulation ends. */
uint64_t vtime_end(void);

/* For snapshots: the counter, and where the sequence of steps is (NULL: it begins anew). */
void vtime_save(uint64_t *ticks, uint64_t *steps);
void vtime_restore(uint64_t ticks, const uint64_t *steps);

#endif
