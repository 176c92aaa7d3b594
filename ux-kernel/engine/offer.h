/* SPDX-License-Identifier: MIT */
/*
 * Offers: the stub tells of a page fault with the call that would resolve it, mprotect() of that
 * page with the right that it lacked, in place of one that means nothing. Mostly that is not what
 * comes of the fault, and the kernel answers as always; the host does nothing then. But when it is
 * exactly what is to be done in the process before the thread goes on, the answer is to execute it:
 * a page that comes back (parked.h) takes neither the first thread nor a call of its own.
 *
 * A program can make that call too, from any thread and with any registers. It is executed only if
 * it is, as the host told us, the call that the kernel has just found to be due for reasons of its
 * own. Its arguments are registers of a thread that sleeps: nobody can change them. What a server
 * says about a stop (bind.h) is never taken for an offer, and its answers cannot accept one.
 *
 * The host has executed the call before the thread can notify again, and the kernel does nothing
 * else until it has. A call that fails has the stub say so; then the first thread makes it
 * (step.h). A program that pretends that costs itself a trip to the first thread.
 */
#ifndef ENGINE_OFFER_H
#define ENGINE_OFFER_H

#include <stdbool.h>
#include <stdint.h>

struct hthread;
struct seccomp_notif;
struct stub_op;

struct offer {
	uint64_t id; /* notification that it is, 0: none yet */
	uint64_t addr, prot;
};

/* The kernel process itself has received @n. */
void offer_note(struct offer *o, const struct seccomp_notif *n);

/* @h, which is about to return from a fault, would do @op, the only one that is due. */
bool offer_is(const struct hthread *h, const struct stub_op *op);

/* Accepts it: @h does that, and goes. 0 or negative errno. */
int offer_accept(const struct hthread *h);

/* After that @h notified of @n: the call had failed. */
bool offer_failed(const struct seccomp_notif *n);

#endif
