/* SPDX-License-Identifier: MIT */
/*
 * Steps: when one mprotect() is all that is to be done in a process before a thread of it goes on,
 * that thread makes it. Its answer says so, and its cell has the arguments. seccomp makes a
 * notification of that call, and the next answer has the host execute it: two calls of the kernel
 * process and two switches more than for an answer, but no other thread, which would have to be
 * woken (turn.h) and gets in the way of what comes next.
 *
 * As for an offer (offer.h), what the kernel has executed is what the host has told it of, if that
 * is what is due; it does not matter what is in the cell, or who calls. Between the first answer
 * and that notification there is only code of the stub. What else comes, an interrupt mostly, means
 * that the step has not been taken. Then, and in doubt whether it has (between the call and the way
 * back, or wherever that is if the stop has no frame), and when it has failed, it is taken by the
 * first thread: nothing has changed since, so twice is the same as once. Offers end in the same
 * way.
 */
#ifndef ENGINE_STEP_H
#define ENGINE_STEP_H

#include "stub.h"

#include <stdbool.h>
#include <stdint.h>

struct hthread;
struct seccomp_notif;

/* The answer to @h that has it take h->step and then what h->answer says. */
uint64_t step_answer(const struct hthread *h);

/* @n is that very call; a call from where steps are made. */
bool step_is(const struct hthread *h, const struct seccomp_notif *n);
bool step_is_there(const struct seccomp_notif *n);

/* Offset @at in the stub's code: a thread there has been told to take a step. */
static inline bool step_has(uint64_t at)
{
	return at >= STUB_STEP_BEGIN_OFFSET && at < STUB_STEP_END_OFFSET;
}

/*
 * @h, whose step or offer the host has executed, has stopped where it need not have looked yet
 * whether that succeeded: in the handler, which nothing interrupts but for a program's own doing,
 * or in code of steps.
 */
bool step_is_in_doubt(const struct hthread *h);

#endif
