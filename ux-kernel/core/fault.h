/* SPDX-License-Identifier: MIT */
/*
 * Page faults and exceptions as messages (ABI reference 8.1, 8.3). The engine reports what the
 * page tables do not explain; here it becomes a vCPU upcall or a call to pager or handler.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <stdint.h>

struct thread;

/* @err: L4_PF_* bits as the CPU would push them. */
void fault_page_fault(struct thread *t, uint64_t addr, uint64_t err);
void fault_exception(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa);

/* A system call instruction, outside of plain user mode an exception. */
void fault_syscall(struct thread *t);

/* ipc.c: the handler has answered (or the IPC failed: tag with ERROR, t->ipc.error). */
void fault_page_fault_done(struct thread *t, uint64_t tag);
void fault_exception_done(struct thread *t, uint64_t tag);

#endif
