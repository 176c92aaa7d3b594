/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints as instructions in memory (int3).
 *
 * They are in memory only while guest code can run, and only where the page is mapped at that
 * moment: before anybody runs, breakpoint_sync() writes those that are due and takes back those
 * whose page has gone, so a frame never carries one into its next use. A frame can be shared; a
 * task that meets the breakpoint of another steps over it without noticing.
 */
#ifndef DEBUG_BREAKPOINT_H
#define DEBUG_BREAKPOINT_H

#include "../core/task.h"

#include <stdbool.h>
#include <stdint.h>

/* @task is pinned by the caller as long as it has breakpoints. 0 or -ENOSPC. */
int breakpoint_add(struct task *task, uint64_t addr);
int breakpoint_remove(struct task *task, uint64_t addr);
void breakpoint_clear(struct task *task);

/* Before guest code runs. @except: the frame address of one to leave out, 0: none. */
void breakpoint_sync(uint64_t except);

/* Takes all out of memory, as if the guest were to stand still. */
void breakpoint_lift(void);

/* Whether @task has one at @addr. */
bool breakpoint_is(const struct task *task, uint64_t addr);

/* The frame address of a breakpoint of anybody that @task sees at @addr; 0: there is none. */
uint64_t breakpoint_frame(struct task *task, uint64_t addr);

/* debug/memory.c: guest memory through the page tables. Bytes done, less at the first hole. */
uint64_t memory_read(struct task *task, uint64_t addr, void *buf, uint64_t len);
uint64_t memory_write(struct task *task, uint64_t addr, const void *buf, uint64_t len);

/* The frame address of @addr, and where it is; NULL: not memory. */
unsigned char *memory_at(struct task *task, uint64_t addr, uint64_t *frame, uint64_t *left);

#endif
