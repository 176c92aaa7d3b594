/* SPDX-License-Identifier: MIT */
/*
 * Reads of cs and ss. The processor answers `mov %cs, %eax` without asking anybody, with a selector
 * of the host. Where code that becomes executable has such an instruction, an execution
 * breakpoint stops the program there, and the answer is given by hand.
 *
 * A processor has four breakpoints, so that many places of a task are watched, less what a debugger
 * takes (debugreg.h), which comes first; and 64 at a time in all threads. Programs that run on a
 * vCPU are not: those of a guest Linux expect Linux' selectors. Their code is not even looked at.
 *
 * A breakpoint makes each switch to its thread and from it dearer, by some 0.7 us on a virtual
 * machine, whether it is ever met or not. So what only looks like a read is not taken for one.
 */
#ifndef ENGINE_SELREAD_H
#define ENGINE_SELREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SELREAD_PLACES 4U

struct hthread;
struct thread;

/* Of a process. */
struct selread {
	bool wanted; /* a thread of it has run by itself: its code is looked at */
	uint64_t place[SELREAD_PLACES];
	unsigned places;
	unsigned version; /* changes with the places */
};

/* The breakpoints of a host thread. */
struct selread_armed {
	unsigned version; /* of the places; 0: none */
	unsigned events;
	int event[SELREAD_PLACES];
};

/*
 * @len bytes of @code, which may be NULL, become executable at @va. Before them there are @lead
 * bytes that belong to the same code.
 */
void selread_scan(struct selread *w, uint64_t va, const unsigned char *code, size_t len,
		  size_t lead);

/* The places are those of @w again. */
void selread_return(struct selread *now, const struct selread *w);

/* No code is left, nor anybody who ran it: the next may run on a vCPU only. */
void selread_forget(struct selread *w);

/*
 * Gives the stopped thread @h the breakpoints of its process, or none when not @wanted. Where the
 * host has none to give, the program sees the host's selectors. Before the debug registers of @h
 * change they must be disarmed: the host counts both together.
 */
void selread_arm(struct hthread *h, bool wanted);
void selread_disarm(struct selread_armed *a);

/* A breakpoint has stopped @t. */
void selread_trap(struct thread *t);

#endif
