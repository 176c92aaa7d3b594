/* SPDX-License-Identifier: MIT */
/* The one system call: object invocation (ABI reference 1.1). */
#ifndef CORE_INVOKE_H
#define CORE_INVOKE_H

struct kobj;
struct thread;

/* Executes the system call in t->regs. */
void invoke_syscall(struct thread *t);

/* Starts the IPC prepared in t->ipc to the thread or gate @o. */
void invoke_ipc(struct thread *t, struct kobj *o);

#endif
