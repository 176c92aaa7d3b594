/* SPDX-License-Identifier: MIT */
/* Who has stopped the guest. It runs when nobody has. */
#ifndef DEBUG_HOLD_H
#define DEBUG_HOLD_H

#include <stdbool.h>

enum hold {
	HOLD_MONITOR = 1, /* `pause` */
	HOLD_GDB = 2,     /* a debugger looks at it */
};

extern unsigned hold_reasons; /* enum hold */

static inline bool hold_active(void)
{
	return hold_reasons;
}

static inline void hold_set(enum hold who)
{
	hold_reasons |= who;
}

static inline void hold_clear(enum hold who)
{
	hold_reasons &= ~(unsigned)who;
}

#endif
