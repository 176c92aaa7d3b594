// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells that can wait a little. Who needs a disk mostly sleeps next, and the CPU is idle: then
 * to ring and to wait for an interrupt is one call instead of two. And requests that come before
 * anything else happens ring once.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <shared/l4bell.h>
#include "os_l4.h"

static unsigned long rung; /* a bit for each device; interrupt upcalls change it, too */

void l4_bell_soon(int n)
{
	set_bit(n, &rung);
}

/* Interrupt flag off. */
void l4_bells_ring(void)
{
	int n;

	while (unlikely(rung)) {
		n = __ffs(rung);
		clear_bit(n, &rung);
		l4h_device_ring(n);
	}
}

/* Interrupt flag off. Rings all but one, which is left to the caller; -1: there was none. */
int l4_bell_last(void)
{
	int n;

	if (!rung)
		return -1;
	n = __ffs(rung);
	clear_bit(n, &rung);
	l4_bells_ring();
	return n;
}
