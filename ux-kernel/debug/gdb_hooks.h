/* SPDX-License-Identifier: MIT */
/* What the main loop and the engine tell a debugger, as long as there is one. */
#ifndef DEBUG_GDB_HOOKS_H
#define DEBUG_GDB_HOOKS_H

#include <signal.h>
#include <stdbool.h>

struct hthread;
struct task;
struct thread;

extern bool gdb_active;

/* @t would run now. false: look around first. */
bool gdb_may_run(struct thread *t);

/* @t has run in @where. */
void gdb_ran(struct thread *t, struct task *where);

/* A SIGTRAP of @t; true: it was the debugger's, the guest does not see it. */
bool gdb_trap(struct thread *t, struct hthread *h, const siginfo_t *si);

/* The system ends with @status. */
void gdb_ending(int status);

#endif
