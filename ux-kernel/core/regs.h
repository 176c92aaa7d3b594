/* SPDX-License-Identifier: MIT */
/* Registers that come from a message or a state area, and traps that wait for the way out. */
#ifndef CORE_REGS_H
#define CORE_REGS_H

#include <l4/abi/utcb.h>
#include <stdbool.h>

struct thread;

/* Why a thread traps before it runs user code again; bits of thread.trap_pending. */
enum trap_pending {
	TRAP_ALIEN = 1,   /* an allowed system call is done */
	TRAP_EX_REGS = 2, /* ex_regs has asked for it */
	TRAP_STEP = 4,    /* the instruction that is done was to be a single step */
};

/*
 * Loads registers made harmless: the frame is what the processor keeps, up to ss; segments are
 * the bases and selectors behind it. A code segment nobody can have becomes that for 64 bits.
 */
void regs_load_frame(struct thread *t, const l4_exc_regs_t *src);
void regs_load_segments(struct thread *t, const l4_exc_regs_t *src);

/* Makes the frame look as `syscall` leaves it. */
void regs_syscall_frame(struct thread *t);

/* The instruction (or system call) at t's old ip is done; with TF set that is a trap. */
void regs_single_step(struct thread *t);

/*
 * An alignment check failed. Fiasco has these checks off, whatever the flag AC says; where a host
 * has them on, the flag has to go. false: it was not set, the check is another one.
 */
bool regs_allow_misaligned(struct thread *t);

/*
 * Raises what is pending, and what the registers themselves cause on the way to user code;
 * irregular: there may be something.
 */
bool regs_irregular(const struct thread *t);
void regs_trap(struct thread *t);

#endif
