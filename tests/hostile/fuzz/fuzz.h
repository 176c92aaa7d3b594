/* SPDX-License-Identifier: MIT */
/* What the parts of the system call fuzzer share; read main.c first. */
#ifndef HOSTILE_FUZZ_H
#define HOSTILE_FUZZ_H

#include "../call.h"

#include <l4/sys/ipc.h>
#include <l4/sys/types.h>
#include <stdbool.h>

/* A kind of system that is fuzzed. */
struct mode {
	const char *name;
	unsigned tasks;   /* with threads that make random calls */
	unsigned threads; /* in each of them */
	unsigned users;   /* tasks that vCPUs enter; 0: no thread begins as a vCPU */
};

#define TASKS_MAX 6U
#define WORKERS_MAX 12U
#define WORKER_SIZE (2 * L4_PAGESIZE)
#define HIGH_PRIO 255
#define LOW_PRIO 5

/* Slots of every worker. What they make goes to the last quarter. */
#define SLOTS 32U
#define SLOT_FIRST_SHARED 11U
#define SLOT_END_SHARED 24U

/* Capabilities of this task. */
#define SLOT(n) ((l4_cap_idx_t)(n) << L4_CAP_SHIFT)
#define PAGER_THREAD SLOT(0x100)
#define FACTORY SLOT(0x101)
#define SEMAPHORE SLOT(0x102)
#define UNBOUND SLOT(0x103) /* a gate nobody is bound to at first */
#define IRQ(i) SLOT(0x104 + (i))
#define IRQS 4U
#define TASK(i) SLOT(0x110 + (i)) /* those of the workers, then the users */
#define THREAD(i) SLOT(0x120 + (i))
#define PAGER_GATE(i) SLOT(0x140 + (i))
#define GATE(i) SLOT(0x150 + (i))

/*
 * The only memory a worker can write. Its first page has the worker's state at the end and its
 * stack below, the second one the same for what runs in user mode.
 */
extern char worker_page[WORKERS_MAX][WORKER_SIZE];

static inline struct fuzz *worker_state(unsigned i)
{
	return (struct fuzz *)(worker_page[i] + L4_PAGESIZE) - 1;
}

/* Workers begin and, after an exception, begin again here with sp at their state. */
void worker_entry(void);

/* User mode of a vCPU; rdi: its state, sp too. */
void user_entry(void);

/* Serves faults and exceptions of the workers. */
void pager_init(void);
void pager_entry(void);
extern unsigned long pager_faults, pager_exceptions;
extern volatile l4_kernel_clock_t main_was_here; /* when it has slept last */

/* One system from its creation to its end; @z decides what happens. */
void round_start(const struct mode *m, struct fuzz *z);
void round_disturb(const struct mode *m, struct fuzz *z);
void round_end(const struct mode *m, struct fuzz *z);

/* Ends the program when @tag is an error. */
void must(l4_msgtag_t tag, const char *what);
void thread_start(l4_cap_idx_t task, l4_cap_idx_t thread, l4_addr_t utcb, void (*entry)(void),
		  l4_addr_t sp, unsigned prio);

#endif
