/* SPDX-License-Identifier: MIT */
/*
 * What differs between the ways of running guest code. Two engines implement it:
 *
 *   ptrace  (ptrace.c) every thread of a task process is traced; it stops in the tracer's wait.
 *   stub    (stub_engine.c) the first thread is traced and runs host calls only; those that run
 *           guest code are not, and stop in a call that only the kernel process can answer.
 *
 * What both promise, and everything above relies on: while the kernel runs, no guest code does,
 * and the host enforces that, whatever the guest code did. So nobody changes what the kernel
 * looks at, and a mapping that is to go may go just before its process runs again.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct hproc;
struct hthread;
struct thread;

/* Why guest code has stopped. */
enum guest_stop_kind { STOPPED_OTHERWISE, STOPPED_BY_SYSCALL, STOPPED_BY_TRAP };

struct guest_stop {
	enum guest_stop_kind kind;
	siginfo_t si; /* of a trap */
	/* of a page fault, when the engine knows: the processor's error code */
	bool has_error;
	uint64_t error;
};

/* Results of load() and run() beside 0. */
#define ENGINE_LOST (-1)   /* the host has taken the process away */
#define ENGINE_BROKEN (-2) /* guest code has made its host thread unusable: the process must go */

struct engine {
	const char *name;
	/* The first thread of a process runs guest code like the others. */
	bool leader_runs;
	/* Programs may call L4_UX_ENTRY (l4/abi/ux.h). */
	bool has_entry;
	/* And L4_UX_RESUME, L4_UX_USER_FPU. */
	bool has_resume;

	/*
	 * A new host thread, traced and stopped, becomes one that can run guest code; it is stopped
	 * when this returns. 0 or negative errno.
	 */
	int (*thread_start)(struct hthread *h);

	/*
	 * NULL: nothing to do. Takes back what a program can have done to @h beyond registers and
	 * vector state, before another task has it. 0 or negative errno: that is impossible.
	 */
	int (*clean)(struct hthread *h);

	/* Registers of @t for the next run. Results like run(). */
	int (*load)(struct hthread *h, const struct thread *t);

	/*
	 * Runs until it stops; then @t has the registers. 0, ENGINE_LOST or ENGINE_BROKEN. What the
	 * process shall have mapped is there before: run() sees to it itself, or tlb_sync() before
	 * load() has.
	 */
	bool run_maps;
	int (*run)(struct hthread *h, struct thread *t, struct guest_stop *e);

	/*
	 * Makes @h stop, if it runs or when it is started next. Called from signal handlers; run()
	 * may see the stop as STOPPED_OTHERWISE.
	 */
	void (*interrupt)(struct hthread *h);

	/*
	 * NULL: there are no direct calls (direct.h). Whether @h, which does not run, has stopped
	 * for a system call; with which registers, results like run().
	 */
	bool (*is_at_call)(const struct hthread *h);
	int (*stop_read)(struct hthread *h, struct thread *t, struct guest_stop *e);

	/* The vector state: fpu_size() bytes (fpu.h). 0 or negative errno. */
	int (*fpu_read)(struct hthread *h, void *area);
	int (*fpu_write)(struct hthread *h, const void *area);
};

extern const struct engine engine_ptrace, engine_stub;

/* The one in use. Set before the first process is made. */
extern const struct engine *engine;

/* What --engine asks for. */
enum engine_choice { ENGINE_AUTO, ENGINE_PTRACE, ENGINE_STUB };

/*
 * Chooses. @listener: the descriptor that hands over seccomp notifications of all task processes,
 * or a negative errno when the host has none; it is closed when it is not used. 0, or a negative
 * errno after a report.
 */
int engine_choose(enum engine_choice choice, int listener);

#endif
