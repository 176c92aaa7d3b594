/* SPDX-License-Identifier: MIT */
/*
 * Fault injection: which fault strikes, when, and whom.
 *
 * In this directory, in the order to read it: hook.h (where the core asks), point.h (what can go
 * wrong), this file (a fault that is armed), plan.c (events are counted and compared), then what
 * happens: entry.c (registers, memory, death), message.c (IPC, mappings, objects), interrupt.c,
 * console.c (input and output).
 * Like core/ it makes no host call and knows nothing of how tasks are run; it is linked into the
 * core's unit tests. There is nothing to lock: the kernel is one thread.
 */
#ifndef FAULT_PLAN_H
#define FAULT_PLAN_H

#include "point.h"

#include <stddef.h>

struct kobj;
struct thread;

#define FAULT_PLANS_MAX 32U
#define FAULT_NAME_MAX 32U

/* Whom a fault may strike. A name is that of a thread, of its task, or of an IRQ object. */
struct fault_target {
	char name[FAULT_NAME_MAX]; /* "": anybody */
	bool prefix;               /* the name may go on */
	uint64_t id;               /* object number of the debugger; 0: by name */
};

struct fault_plan {
	const struct fault_point *point;
	struct fault_target target;
	uint64_t first, last; /* which of the events that concern the target, from 1 */
	uint64_t not_before;  /* and none before this time, in microseconds from the start */
	uint64_t arg;
	bool address; /* ARG_MEMORY: arg is address * 8 + bit */
	bool dry;     /* only count */
	/* what came of it */
	uint64_t seen; /* events that concerned the target */
	uint64_t fired;
	uint64_t begun; /* kernel entry in which the first one was seen */
	uint32_t *log;  /* the same of the first @log_size ones; NULL: nobody wants to know */
	uint64_t log_size;
};

/* Arms @plan, which the caller keeps and reads @seen and @fired from. false: no more room. */
bool fault_arm(struct fault_plan *plan);

/*
 * Counts kernel entries, and ends the system with @status at the @limit-th; 0: no limit. Events
 * are counted from here on, and from here on time is measured.
 */
void fault_start(uint64_t limit, int status);

/* The same limit, when counting goes on, from @done on. */
void fault_go_on(uint64_t done, uint64_t limit, int status);

/* Kernel entries since fault_start(); only counted with a limit or an armed fault. */
uint64_t fault_entries(void);

/* Microseconds since fault_start(). */
uint64_t fault_time(void);

/* The @i-th of those that are armed; NULL: there are not so many. */
const struct fault_plan *fault_armed(unsigned i);

/* Disarms everything and forgets what was held back. */
void fault_stop(void);

/*
 * For the files of this directory: the next armed fault, from *@i on, that strikes at @event of
 * @t (or of the object @o, when it is not NULL). NULL: none. Counts the event.
 */
struct fault_plan *fault_next(unsigned *i, enum fault_event event, const struct thread *t,
			      const struct kobj *o);

/* Has struck: counted and reported. @detail as the effect has it. */
void fault_fired(struct fault_plan *p, const struct kobj *victim, uint64_t detail);

/* A kernel entry, of whomever. */
void fault_count_entry(void);

/* fault_stop(): drops what is under way. */
void fault_forget_deferred(void);
void fault_forget_input(void);

#endif
