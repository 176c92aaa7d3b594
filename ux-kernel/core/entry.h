/* SPDX-License-Identifier: MIT */
/*
 * Kernel entries: what a program itself causes and can see, told once, in the order it happens.
 * Not a miss of the engine's TLB, not a stop by a signal of the host. Simulated time and the trace
 * hash are made of them (host/vtime.h, debug/trace_hash.h).
 */
#ifndef CORE_ENTRY_H
#define CORE_ENTRY_H

#include <stdint.h>

struct thread;

enum entry_kind {
	ENTRY_SYSCALL = 1, /* a, b: unused */
	ENTRY_PAGE_FAULT,  /* a: address, b: error code */
	ENTRY_EXCEPTION,   /* a: vector, b: error code */
	ENTRY_CLOCK,       /* the engine: a read of the time stamp counter; a, b: unused */
};

/* @t has entered the kernel; its registers are those it had. Implemented beside the engine. */
void arch_entry(enum entry_kind kind, const struct thread *t, uint64_t a, uint64_t b);

#endif
