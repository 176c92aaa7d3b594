/* SPDX-License-Identifier: MIT */
/*
 * Registers between the host's layout (struct user_regs_struct) and a thread's. The host has
 * other selectors than the ABI; t->regs has the ABI's.
 */
#ifndef ENGINE_REGS_H
#define ENGINE_REGS_H

#include <stdbool.h>
#include <sys/types.h>

struct thread;

/*
 * Loads / reads the registers of the stopped host thread @tid that runs @t. 0 or negative errno.
 * @syscall: it stopped at a system call, where the host keeps the program's rax aside.
 */
int regs_set(pid_t tid, const struct thread *t);
int regs_get(pid_t tid, struct thread *t, bool syscall);

/* Registers that start the stub. */
int regs_set_stub(pid_t tid);

/* rax of a stopped thread as a negative errno; -EIO when it is none. */
int regs_get_result(pid_t tid);

#endif
