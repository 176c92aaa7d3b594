/* SPDX-License-Identifier: MIT */
/* Timeouts: a binary heap of deadlines in microseconds of the system clock. */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
	uint64_t deadline;
	unsigned slot; /* position in the heap + 1, 0 when not armed */
	void (*expired)(struct timer *t);
};

/* Arms or re-arms. false: out of memory. */
bool timer_arm(struct timer *t, uint64_t deadline);
void timer_cancel(struct timer *t);

/* The next deadline, ARCH_TIMER_NEVER when there is none. */
uint64_t timer_next(void);

/* Calls expired() of every timer with deadline <= @now, each after it was cancelled. */
void timer_expire(uint64_t now);

enum timeout_kind { TIMEOUT_NEVER, TIMEOUT_NOW, TIMEOUT_AT };

/*
 * Decodes a 16-bit L4 timeout (L4Re manual, group "Timeouts") against the clock @now; @br are the
 * buffer registers absolute timeouts read from. TIMEOUT_AT stores the deadline in @at.
 */
enum timeout_kind timeout_decode(unsigned raw, const uint64_t *br, uint64_t now, uint64_t *at);

#endif
