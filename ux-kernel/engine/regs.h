/* SPDX-License-Identifier: MIT */
/*
 * Registers between the host's layout (struct user_regs_struct) and a thread's. The host has
 * other selectors than the ABI; t->regs has the ABI's.
 */
#ifndef ENGINE_REGS_H
#define ENGINE_REGS_H

#include <sys/types.h>

struct thread;
struct user_regs_struct;

/* All registers of @t as the host wants them, and back; rax is that of the program. */
void regs_to_host(const struct thread *t, struct user_regs_struct *h);
void regs_from_host(struct thread *t, const struct user_regs_struct *h);

/* Makes a stopped, traced thread start at @ip in the stub. 0 or negative errno. */
int regs_set_stub(pid_t tid, unsigned long ip);

/* rax of a stopped thread as a negative errno; -EIO when it is none. */
int regs_get_result(pid_t tid);

#endif
