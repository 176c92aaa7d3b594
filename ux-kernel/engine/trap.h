/* SPDX-License-Identifier: MIT */
/* Host signals as the processor traps they were. */
#ifndef ENGINE_TRAP_H
#define ENGINE_TRAP_H

struct guest_stop;
struct hproc;
struct space;
struct thread;

/* The space @t executes in. */
struct space *trap_space(struct thread *t);

/* @t, whose registers have been read, has stopped at a system call instruction. */
void trap_syscall(struct thread *t);

/* It was stopped by a signal that a trap has caused. */
void trap_signal(struct hproc *p, struct thread *t, const struct guest_stop *e);

#endif
