// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual interrupt flag. It is the vCPU's own flag (vcpu_flag.S), so:
 *  - flag on: an interrupt is an upcall at the current instruction, on the current stack;
 *  - flag off: the microkernel queues it and sets the sticky bit, which must be looked at after
 *    the flag has been switched on. Switching on first and looking second loses nothing: what
 *    comes between the two is an upcall, what came before is in the sticky bit.
 * Upcalls nest like a stack, and none of them may schedule (ARCH_NO_PREEMPT).
 */
#include <linux/kernel.h>
#include <as-layout.h>
#include <irq_user.h>
#include <kern_util.h>
#include <longjmp.h>
#include <os.h>
#include "os_l4.h"

/* Fetched but not handled yet. Only touched with the flag off. */
static u64 pending;

void l4_irq_add(u64 mask)
{
	pending |= mask;
}

/* Flag off on entry and return; handlers switch it on for a while (softirqs). */
void l4_irq_dispatch(struct uml_pt_regs *regs)
{
	l4_bells_ring();
	while (pending) {
		u64 mask = pending;

		pending = 0;
		if (mask & BIT_ULL(L4H_IRQ_TIMER))
			l4_timer_irq(regs);
		if (l4_irq_fd_pending(mask & ~BIT_ULL(L4H_IRQ_TIMER)))
			sigio_handler(SIGIO, NULL, regs);
	}
}

void block_signals(void)
{
	signals_enabled = 0;
	barrier();
}

void unblock_signals(void)
{
	static struct uml_pt_regs kernel_regs; /* is_user = 0: time is accounted to the system */

	if (signals_enabled)
		return;
	for (;;) {
		if (unlikely(pending))
			l4_irq_dispatch(&kernel_regs);
		signals_enabled = 1;
		barrier();
		if (likely(!l4h_irq_waiting()))
			return;
		signals_enabled = 0;
		barrier();
		pending |= l4h_irq_fetch();
	}
}

void l4_irq_upcall(u64 mask)
{
	pending |= mask;
	unblock_signals();
}

int um_set_signals(int enable)
{
	int old = signals_enabled;

	if (enable)
		unblock_signals();
	else
		block_signals();
	return old;
}

int um_set_signals_trace(int enable)
{
	int old = signals_enabled;

	if (enable)
		unblock_signals_trace();
	else
		block_signals_trace();
	return old;
}

void os_idle_sleep(void)
{
	/* flag off: what arrives before the wait is queued and ends it at once */
	if (!pending)
		pending |= l4h_irq_wait(l4_bell_last());
}

/* Interrupts run on the interrupted stack: there is no signal stack. */
void set_sigstack(void *sig_stack, int size)
{
}

int os_is_signal_stack(void)
{
	return 0;
}

void init_new_thread_signals(void)
{
}
