// SPDX-License-Identifier: GPL-2.0-only
/*
 * The L4 clock as Linux' clock source. UML's own one counts in steps of 256 ns and is not for user
 * programs; this one counts nanoseconds, and the vDSO reads it as the kernel does where the bottom
 * says how. Everything that reads time reads this, so that all of it follows whatever the L4
 * clock does.
 */
#include <linux/clocksource.h>
#include <linux/init.h>
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
