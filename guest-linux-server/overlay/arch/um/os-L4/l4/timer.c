// SPDX-License-Identifier: GPL-2.0-only
/*
 * One deadline between the vCPU thread, which sets it, and the helper thread, which sleeps until
 * then and triggers the timer interrupt.
 *
 * Re-arming is lazy. `want` is the deadline, `armed` what the helper sleeps for. Setting a later
 * deadline, or none, only writes `want`: the helper wakes up once too early, looks, and sleeps
 * again. Only an earlier one costs a message.
 *
 * Ordering (Dekker): the vCPU thread writes want, then reads armed; the helper writes armed, then
 * reads want; both with a full barrier between. So at least one of them sees the other's write:
 * either the helper sleeps for the new deadline or it gets the message. No deadline is lost.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <asm/barrier.h>
#include "l4c.h"

static u64 want = TIMER_NEVER, armed = TIMER_NEVER; /* us on the KIP clock */

void l4h_timer_set(u64 deadline_ns)
{
	u64 us = deadline_ns ? div_u64(deadline_ns + 999, 1000) : TIMER_NEVER;
	int old;

	WRITE_ONCE(want, us);
	mb();
	if (us >= READ_ONCE(armed))
		return;
	old = l4c_lock();
	l4c_invoke(SEL(SLOT_HELPER) | L4_SYSF_SEND, 0, 0, NULL);
	l4c_unlock(old);
}

/* Helper: announce and return what to sleep for. */
u64 l4c_timer_arm(void)
{
	u64 us;

	do {
		us = READ_ONCE(want);
		WRITE_ONCE(armed, us);
		mb();
	} while (READ_ONCE(want) < us);
	return us;
}

/* Helper: the sleep is over. The deadline may have moved meanwhile. */
void l4c_timer_expired(void)
{
	u64 us = READ_ONCE(want);

	if (us == TIMER_NEVER || div_u64(l4h_clock_ns(), 1000) < us)
		return;
	if (cmpxchg(&want, us, TIMER_NEVER) != us)
		return;
	l4c_invoke(SEL(SLOT_IRQ + L4H_IRQ_TIMER) | L4_SYSF_SEND, l4c_tag(L4_PROTO_IRQ, 0, 0), 0,
		   NULL);
}
