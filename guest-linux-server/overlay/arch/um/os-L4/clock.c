// SPDX-License-Identifier: GPL-2.0-only
/*
 * The L4 clock as Linux' clock source. UML's own one counts in steps of 256 ns and is not for user
 * programs; this one counts nanoseconds, and the vDSO reads it as the kernel does where the bottom
 * says how. Everything that reads time reads this, so that all of it follows whatever the L4
 * clock does.
 */
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include "os_l4.h"

static u64 read(struct clocksource *cs)
{
	return l4h_clock_ns();
}

static struct clocksource clock = {
	.name = "l4",
	.rating = 400, /* above UML's */
	.read = read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static int __init clock_register(void)
{
	if (l4h_clock_scaler())
		clock.vdso_clock_mode = VDSO_CLOCKMODE_L4;
	return clocksource_register_hz(&clock, NSEC_PER_SEC);
}
core_initcall(clock_register);

#define CALIBRATE_LOOPS 100000UL
#define CALIBRATE_TRIES 5
#define LOOPS_PER_NS_MAX 10

/*
 * Loops of __delay() in a tick. Linux finds it by waiting for ticks, which takes most of a boot;
 * here the clock is good from the start. The fastest try is the one nobody interrupted. A clock
 * that stands still while code runs (simulated time) gives the fastest processor thinkable: a
 * delay is too long then, never too short.
 */
unsigned long calibrate_delay_is_known(void)
{
	u64 best = U64_MAX, start, took;
	int i;

	for (i = 0; i < CALIBRATE_TRIES; i++) {
		start = l4h_clock_ns();
		__delay(CALIBRATE_LOOPS);
		took = l4h_clock_ns() - start;
		best = clamp_t(u64, took, CALIBRATE_LOOPS / LOOPS_PER_NS_MAX, best);
	}
	return div64_u64(CALIBRATE_LOOPS * (u64)TICK_NSEC, best);
}
