/* SPDX-License-Identifier: MIT */
/* One run of a system in a process of its own, its output caught. */
#ifndef INJECT_RUN_H
#define INJECT_RUN_H

#include "../../ux-kernel/kernel.h"
#include "outcome.h"

#define RUN_DETAIL 160

/* Limits of a run, the same for all runs of a campaign. */
struct run_limits {
	struct watchdog watchdog;
	uint64_t timeout_ns; /* host time */
	uint64_t checkpoint; /* kernel entries in which no fault can strike; 0: none */
};

struct run_record {
	struct ending ending;
	uint64_t entries;               /* kernel entries */
	uint64_t seen[CAMPAIGN_FAULTS]; /* events of each fault's target */
	uint64_t begun;                 /* the first entry in which there was any */
	uint64_t fired;                 /* times a fault struck */
	uint64_t host_us;
	char detail[RUN_DETAIL]; /* what the simulator said of it */
};

/* Before the first run. 0 or negative errno. */
int run_init(void);

/* Plans that only count what @c's faults could strike. Returns how many. */
unsigned run_count(const struct campaign *c, struct fault_plan *plans);

/*
 * Runs @system with @count faults. The record's output is the caller's to free. 0, or negative
 * errno when the host has no room for a run.
 */
int run_system(const struct kernel_config *system, const struct fault_plan *plans, unsigned count,
	       const struct run_limits *limits, struct run_record *r);

/*
 * Starts @system and stops at limits->checkpoint; then @f is called, which makes runs from there
 * with run_branch(). Returns when @f has, with 0; or with -EAGAIN, @f not having been called: from
 * there it cannot be done, make the runs with run_system().
 */
int run_checkpoint(const struct kernel_config *system, const struct campaign *c,
		   const struct run_limits *limits, void (*f)(void *arg), void *arg);

/*
 * As run_system(), within @f, for a fault of the campaign's kind @kind. 1: this is the process of
 * the run, @f must return at once.
 */
int run_branch(const struct fault_plan *plan, unsigned kind, struct run_record *r);

/* Within @f: whether to return for the sake of a fault that strikes in kernel entry @entry. */
bool run_advance(uint64_t entry);

/* The output of the last run made by any process that shares run_init() with us; heap or NULL. */
char *run_output(size_t *len);

#endif
