/* SPDX-License-Identifier: MIT */
/* Tasks and threads to test with, and system calls made by hand. */
#ifndef UNIT_FAKE_SYSTEM_H
#define UNIT_FAKE_SYSTEM_H

#include "fake_arch.h"

#include "core/call.h"
#include "core/factory.h"
#include "core/task.h"
#include "core/thread.h"

#define UTCB_BASE 0x10000000UL

/* A task with room for eight UTCBs; its own capability is in slot 1. */
struct task *fake_task(struct factory *f);

/* Thread @n of @task, ready, with a capability in slot @slot of @task. */
struct thread *fake_thread(struct factory *f, struct task *task, unsigned n, unsigned slot);

/* Executes one system call of @t and what follows from it; its tag when @t is not blocked. */
uint64_t fake_syscall(struct thread *t, uint64_t dest, uint64_t tag, uint32_t timeouts);

/* A capability to @o in @task. */
void fake_give(struct task *task, unsigned slot, struct kobj *o, unsigned rights);

/* Deletes a task and drops the test's pin. */
void fake_end(struct task *task);

#define TIMEOUT_ZERO_BOTH 0x04000400U
#define TIMEOUT_ZERO_SEND 0x04000000U
#define TIMEOUT_ZERO_RECV 0x00000400U

#endif
