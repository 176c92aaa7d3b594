/* SPDX-License-Identifier: MIT */
/* One run of a system in a process of its own, its output caught. */
#ifndef INJECT_RUN_H
#define INJECT_RUN_H

#include "../../ux-kernel/kernel.h"
#include "outcome.h"

#include <sys/types.h>

#define RUN_DETAIL 160

/* Limits of a run, the same for all runs of a campaign. */
struct run_limits {
	struct watchdog watchdog;
	uint64_t timeout_ns; /* host time */
	bool is_virtual;     /* simulated time: each run leaves the same trace */
	uint64_t checkpoint; /* kernel entries in which no fault can strike */
};

struct run_record {
	struct ending ending;
	uint64_t entries;               /* kernel entries */
	uint64_t seen[CAMPAIGN_FAULTS]; /* events of each fault's target */
	uint64_t begun;                 /* the first entry in which there was any */
	uint64_t fired;                 /* times a fault struck */
	uint64_t trace;                 /* hash; 0 in real time */
	uint64_t host_us;
	uint64_t reset_us;       /* to go back afterwards; 0: it was not to */
	uint64_t changed;        /* pages of RAM that were copied then */
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
 * The same for a command line of l4ux, which says itself what strikes. What the record has beside
 * status, output and time is not known then.
 */
int run_command(const char *const *words, uint64_t timeout_ns, struct run_record *r);

/*
 * The output, and standard error, of the last run made by any process that shares run_init() with
 * us; heap or NULL.
 */
char *run_output(size_t *len);
char *run_messages(size_t *len);

/*
 * For stage.h. Results of the child that is running: it writes, its parent reads when it has ended
 * or said so. @status: -1 until run_note().
 */
struct run_counters {
	int status;
	uint64_t entries, trace, fired, begun, seen[CAMPAIGN_FAULTS], reset_us, changed;
};

struct run_counters *run_counters(void);

/* In the child: its output is caught from here on; how a run came out. */
void run_redirect(void);
void run_note(const struct fault_plan *plans, unsigned count, int status);

/* Before a run: nothing is counted, and output is cut behind @output bytes. 0 or negative errno. */
int run_prepare(off_t output);
off_t run_output_size(void);

/* false: nothing came from @fd for so long, and a time of grace. */
bool run_await(int fd, uint64_t timeout_ns);

/*
 * Waits for the end of the process @pid, and forces it when it is late. Its exit status, -1 when it
 * crashed or was forced.
 */
int run_end(pid_t pid, uint64_t timeout_ns);

/* The record of a run that began at run_now_us() @begin. 0 or negative errno. */
int run_finish(int status, uint64_t begin, struct run_record *r);
uint64_t run_now_us(void);

#endif
