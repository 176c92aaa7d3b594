/* SPDX-License-Identifier: MIT */
/*
 * The fast entry of the stub engine (L4_UX_ENTRY of l4/abi/ux.h): a program calls it instead of
 * executing `syscall`, and stops in a notification without a signal before it. There is no frame
 * then: what the kernel needs is in the notification's arguments and on the program's stack, the
 * registers for the way back go into a block at the bottom of the cell. As with a frame, nothing of
 * it is believed; they are a program's own registers.
 *
 * A signal can come before the block is used up. The registers are those of the block then:
 * fast_entry_complete(). Vector state and selectors cannot be reached without a frame: the engine
 * then lets the stub trap, which makes one.
 */
#ifndef ENGINE_FAST_ENTRY_H
#define ENGINE_FAST_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct guest_stop;
struct thread;

struct fast_entry {
	bool stopped;   /* there, and not in a frame */
	bool returning; /* was let go with a block */
	uint64_t args[6];
};

/*
 * The system call of @t that stopped there. False: it has to be made with the plain instruction,
 * since more than the call matters, or the stack cannot be read.
 */
bool fast_entry_read(const struct fast_entry *n, struct frame *f, struct thread *t,
		     struct guest_stop *e);

/* The way back. 0: it needs a frame. Else the answer. */
uint64_t fast_entry_write(struct fast_entry *n, const struct frame *f, const struct thread *t);

/* @t stopped in a frame: when that was on its way back, it is where the block leads. */
void fast_entry_complete(struct fast_entry *n, const struct frame *f, struct thread *t,
			 struct guest_stop *e);

#endif
