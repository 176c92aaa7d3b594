/* SPDX-License-Identifier: MIT */
/* Runs guest code until it needs the kernel. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <sys/types.h>

struct thread;

/*
 * Runs @t until it makes a system call, faults, or an interrupt arrives, and handles what it
 * stopped for.
 */
void engine_run(struct thread *t);

/* The host process that executes guest code, 0: none. Async-signal-safe. */
pid_t engine_running(void);

/* Stops the guest code that runs now, if any. Async-signal-safe; for the SIGIO handler. */
void engine_interrupt(void);

#endif
