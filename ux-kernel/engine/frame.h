/* SPDX-License-Identifier: MIT */
/*
 * The signal frame of a stopped thread of the stub engine: its registers, in its cell.
 *
 * The program can write it, when it runs, and can call the stub with a frame of its own making.
 * So nothing of it is believed: where it is must lie in the thread's cell, what it says are the
 * registers of a program, which it may have as it likes, and for the way back everything but
 * vector state is written anew: registers, signal mask, signal stack. A program that returns from
 * a signal by itself can block its signals and lose its signal stack. Then the host ends it at the
 * next trap, or the kernel does when it does not stop: stub_engine.c.
 */
#ifndef ENGINE_FRAME_H
#define ENGINE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guest_stop;
struct thread;
struct user_regs_struct;

struct frame {
	uint64_t cell; /* address of the cell in the process */
	char *memory;  /* and here */
	uint32_t at;   /* offset of the host's struct rt_sigframe in it; 0: none */
	uint32_t fp;   /* offset of the vector state; 0: none */
	/* what the frame does not hold, at the last stop */
	uint64_t selectors, fs_base, gs_base, flags;
};

/*
 * Takes note of a frame: address of its context, and what the notification had beside it. 0, or
 * -EFAULT: it is not in the cell.
 */
int frame_open(struct frame *f, uint64_t context, uint64_t selectors, uint64_t fs_base,
	       uint64_t gs_base);

/* Why it stopped, and with which registers. */
void frame_read(const struct frame *f, struct thread *t, struct guest_stop *e);

/* Where it was interrupted. */
uint64_t frame_ip(const struct frame *f);

/* It is of a system call. */
bool frame_is_call(const struct frame *f);

/*
 * A call that returns to @ip was put off (direct.h). If that is what the frame is of, it becomes
 * one of that call being dispatched.
 */
void frame_make_call(const struct frame *f, uint64_t ip);

/* Registers for the way back. STUB_ANSWER_RETURN or STUB_ANSWER_LOAD. */
int frame_write(const struct frame *f, const struct thread *t);

/* Selectors and bases of the last stop: copied into @h; and whether @h has the same. */
void frame_segments(const struct frame *f, struct user_regs_struct *h);
bool frame_has_segments(const struct frame *f, const struct user_regs_struct *h);

/* Vector state; write: -EINVAL for what the host would refuse. */
int frame_fpu_read(const struct frame *f, void *area);
int frame_fpu_write(const struct frame *f, const void *area);

/* Of what is in the cell nothing is left but what the way back needs. 0, or as write. */
int frame_forget(const struct frame *f);

/* The size of vector states in frames is known once there was one. 0 or negative errno. */
int frame_fpu_init(const struct frame *f);

#endif
