/* SPDX-License-Identifier: MIT */
/*
 * The console's clock, in microseconds: that of the system (devices/sheet.h), which begins anew in
 * a system that was restored, and what had passed before it was saved. So times in the shared page
 * mean the same there.
 */
#ifndef CONSOLE_CLOCK_H
#define CONSOLE_CLOCK_H

#include "../devices/sheet.h"
#include "console_wire.h"

static inline uint64_t clock_now(const struct console_page *p)
{
	return p->clock_us + sheet_now();
}

/* We are to be woken at that time. */
static inline void clock_wake(const struct console_page *p, uint64_t at)
{
	sheet_wake(at > p->clock_us ? at - p->clock_us : 0);
}

/* Whoever takes over from us wants to be woken when we do. */
static inline void clock_hand_over(struct console_page *p)
{
	uint64_t at = sheet_wakes();

	p->wake_at = at == UINT64_MAX ? at : p->clock_us + at;
}

static inline void clock_take_over(const struct console_page *p)
{
	if (p->wake_at != UINT64_MAX)
		clock_wake(p, p->wake_at);
}

#endif
