// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helper thread: timer of the vCPU thread, and its pager and exception handler while it is in
 * kernel mode. It has a higher priority than the vCPU thread and sleeps nearly always.
 *
 * A page fault in guest RAM means that our own pager has not given us the page yet: the helper
 * touches it and faults in turn, to that pager. Any other fault is refused, which makes the kernel
 * report it as an exception, with registers; that goes back to the vCPU thread (reflect.c).
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include "l4c.h"

#define HELPER_PRIO 0xf0
#define TIMEOUT_BR 8 /* buffer register of the absolute timeout */
#define REFUSE (-1L)

unsigned long l4c_ram_start, l4c_ram_end;

static unsigned long stack[1024] __aligned(16);

/* Returns the label of the answer. */
static long page_fault(unsigned long fault)
{
	unsigned long addr = fault & ~7UL;

	if (addr < l4c_ram_start || addr >= l4c_ram_end)
		return REFUSE;
	if (fault & L4_PF_WRITE)
		asm volatile("lock; orb $0, %0" : "+m"(*(char *)addr));
	else
		asm volatile("movb %0, %%al" : : "m"(*(char *)addr) : "al");
	return 0;
}

/* Handle one message and leave the answer in the UTCB: its tag, or 0 when none is due. */
static unsigned long handle(l4_utcb_layout_t *u, unsigned long tag)
{
	switch (l4c_label(tag)) {
	case L4_PROTO_PAGE_FAULT:
		return l4c_tag(page_fault(u->mr[0]), 0, 0) | L4_MSGTAG_SCHEDULE;
	case L4_PROTO_EXCEPTION:
		l4c_reflect((l4_exc_regs_t *)u->mr);
		return l4c_tag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0);
	}
	return 0; /* a poke: the deadline has changed */
}

static void __used l4c_helper_main(void)
{
	l4_utcb_layout_t *u = l4c_utcb();
	unsigned long tag, reply = 0, timeouts;
	u64 deadline;

	u->bdr = 0;
	u->br[0] = 0; /* no receive buffer: nobody has anything to give us */
	for (;;) {
		deadline = l4c_timer_arm();
		u->br[TIMEOUT_BR] = deadline;
		timeouts = deadline == TIMER_NEVER ? L4_TIMEOUT_NEVER : L4_TIMEOUT_ABS | TIMEOUT_BR;
		/* the one who waits for an answer waits for ever, so answering never blocks */
		tag = l4c_invoke(L4_INVALID_CAP | (reply ? L4_SYSF_REPLY_AND_WAIT : L4_SYSF_WAIT),
				 reply, timeouts | L4_TIMEOUT_ZERO << 16, NULL);
		if (tag & L4_MSGTAG_ERROR) {
			reply = 0;
			l4c_timer_expired();
		} else {
			reply = handle(u, tag);
		}
	}
}

asm(".text\nl4c_helper_entry: movabsq $l4c_helper_main, %rax\n\tcall *%rax\n");
void l4c_helper_entry(void);

void __init l4c_helper_start(void)
{
	long err = l4c_create(L4_PROTO_THREAD, SLOT_HELPER);

	if (err >= 0)
		err = l4c_thread_control(SLOT_HELPER, L4_BASE_PAGER_CAP, KU_HELPER_UTCB);
	if (err >= 0)
		err = l4c_thread_start(SLOT_HELPER, l4c_helper_entry, stack + ARRAY_SIZE(stack),
				       HELPER_PRIO);
	if (err >= 0)
		err = l4c_thread_control(L4_BASE_THREAD_CAP >> L4_CAP_SHIFT, SEL(SLOT_HELPER), 0);
	if (err < 0) {
		static const char msg[] = "linux: cannot start the helper thread\n";

		l4h_log_write(msg, sizeof(msg) - 1);
		l4h_exit(255);
	}
}
