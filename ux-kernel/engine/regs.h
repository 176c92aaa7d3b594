/* SPDX-License-Identifier: MIT */
/* Registers between the host's layout (struct user_regs_struct) and the ABI's (l4_exc_regs_t). */
#ifndef ENGINE_REGS_H
#define ENGINE_REGS_H

#include <l4/abi/utcb.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Loads / reads the registers of a stopped host thread. 0 or negative errno. @syscall: it stopped
 * at a system call, where the host keeps the program's rax aside.
 */
int regs_set(pid_t tid, const l4_exc_regs_t *r);
int regs_get(pid_t tid, l4_exc_regs_t *r, bool syscall);

/* Registers that start the stub. */
int regs_set_stub(pid_t tid);

/* rax of a stopped thread as a negative errno; -EIO when it is none. */
int regs_get_result(pid_t tid);

#endif
