/* SPDX-License-Identifier: MIT */
/*
 * Timeouts: a heap of deadlines in microseconds of the system clock. It is a pairing heap inside
 * the timers themselves, so that arming one needs no memory and cannot fail.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <l4/abi/consts.h>
#include <stdbool.h>
#include <stdint.h>

struct timer {
	uint64_t deadline;
	struct timer *child, *next; /* the first child; the next sibling */
	struct timer **link;        /* the pointer that leads here; NULL: not armed */
	void (*expired)(struct timer *t);
};

static inline bool timer_armed(const struct timer *t)
{
	return t->link;
}

/* Arms or re-arms. */
void timer_arm(struct timer *t, uint64_t deadline);
void timer_cancel(struct timer *t);

/* The next deadline, ARCH_TIMER_NEVER when there is none. */
uint64_t timer_next(void);

/* Calls expired() of every timer with deadline <= @now, each after it was cancelled. */
void timer_expire(uint64_t now);

/* A relative timeout of no time at all. */
static inline bool timeout_is_zero(unsigned raw)
{
	return raw && !(raw & (L4_TIMEOUT_ABS | L4_TIMEOUT_MANTISSA));
}

enum timeout_kind { TIMEOUT_NEVER, TIMEOUT_NOW, TIMEOUT_AT };

/*
 * Decodes a 16-bit L4 timeout (L4Re manual, group "Timeouts") against the clock @now; @br are the
 * buffer registers absolute timeouts read from. TIMEOUT_AT stores the deadline in @at.
 */
enum timeout_kind timeout_decode(unsigned raw, const uint64_t *br, uint64_t now, uint64_t *at);

#endif
