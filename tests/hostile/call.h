/* SPDX-License-Identifier: MIT */
/*
 * Random system calls, for the core on the host (core/) and for L4 programs (fuzz/). All state is
 * in one structure: a program's task may have no writable data.
 *
 * Nothing but noise never gets beyond the first check, so a call begins as a right one, to an
 * object of the right kind as far as that is known, and is then bent a little or not at all. How
 * often each kind of call was made, and how often it was answered without an error, is counted.
 */
#ifndef HOSTILE_CALL_H
#define HOSTILE_CALL_H

#include <l4/abi/utcb.h>
#include <l4/abi/vcpu.h>
#include <stdint.h>

#define FUZZ_SLOTS 40U
#define FUZZ_SHAPES_MAX 80U

/* What a capability slot is believed to hold. */
enum fuzz_kind {
	FUZZ_UNKNOWN,
	FUZZ_TASK,
	FUZZ_THREAD,
	FUZZ_FACTORY,
	FUZZ_GATE,
	FUZZ_IRQ,
	FUZZ_SEMAPHORE,
	FUZZ_LOG,
	FUZZ_ICU,
	FUZZ_SCHEDULER,
	FUZZ_DEBUGGER,
};

struct fuzz {
	uint64_t seed;      /* not 0 */
	uint64_t utcb_base; /* of the caller's task; from its second page on it may be a vCPU's */
	unsigned slots;     /* capability slots worth naming; at most FUZZ_SLOTS */
	unsigned number;    /* of the thread in its task */
	unsigned vcpu;      /* fuzz/: it becomes a vCPU first of all */
	uint64_t count;     /* calls made */
	unsigned shape;     /* of the call in progress */
	unsigned made;      /* slot a new object was asked for */
	uint8_t kind[FUZZ_SLOTS];
	uint32_t tried[FUZZ_SHAPES_MAX], fine[FUZZ_SHAPES_MAX];
};

struct fuzz_regs {
	uint64_t rax, rdx, rsi, r8;
};

static inline uint64_t fuzz_random(struct fuzz *z)
{
	z->seed ^= z->seed << 13;
	z->seed ^= z->seed >> 7;
	z->seed ^= z->seed << 17;
	return z->seed;
}

/* 0 when there is nothing to choose from. */
static inline uint64_t fuzz_below(struct fuzz *z, uint64_t n)
{
	uint64_t r = fuzz_random(z);

	return n ? r % n : 0;
}

/* An address that is likely to mean something. */
uint64_t fuzz_address(struct fuzz *z);

/* Fills UTCB, vCPU state (NULL: none) and registers for one system call. */
void fuzz_system_call(struct fuzz *z, l4_utcb_layout_t *u, l4_vcpu_state_t *v, struct fuzz_regs *r);

/* Notes how the call ended: the tag it was answered with. */
void fuzz_answered(struct fuzz *z, uint64_t tag);

/* Kinds of calls: their number, what they are called, whether an answer can be no error. */
unsigned fuzz_shapes(void);
const char *fuzz_shape_name(unsigned n);
int fuzz_shape_refused(unsigned n);

#endif
