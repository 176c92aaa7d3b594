// SPDX-License-Identifier: GPL-2.0-only
/* Clocks and the one clock event device of arch/um/kernel/time.c. */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/sched/clock.h>
#include <kern_util.h>
#include <os.h>
#include "os_l4.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "l4."

/* l4.epoch=<ns>: wall-clock time (since 1970) at L4 clock 0; the L4 clock itself has no date. */
static unsigned long epoch;
module_param(epoch, ulong, 0444);

static u64 period, next; /* periodic mode: interval and next tick, 0 = off */

void l4_timer_irq(struct uml_pt_regs *regs)
{
	if (period) {
		next += period;
		l4h_timer_set(next);
	}
	timer_handler(SIGALRM, NULL, regs);
}

int os_timer_create(void)
{
	return 0;
}

int os_timer_set_interval(unsigned long long nsecs)
{
	period = nsecs;
	next = l4h_clock_ns() + nsecs;
	l4h_timer_set(next);
	return 0;
}

int os_timer_one_shot(unsigned long long nsecs)
{
	period = 0;
	l4h_timer_set(l4h_clock_ns() + nsecs);
	return 0;
}

void os_timer_disable(void)
{
	period = 0;
	l4h_timer_set(0);
}

long long os_nsecs(void)
{
	return l4h_clock_ns();
}

long long os_persistent_clock_emulation(void)
{
	return epoch + l4h_clock_ns();
}

static u64 boot_ns; /* when Linux was started: the L4 clock may run for long already */

void l4_time_init(void)
{
	boot_ns = l4h_clock_ns();
}

/* Counts from boot, like uptime. The default has the resolution of a tick. */
unsigned long long notrace sched_clock(void)
{
	return l4h_clock_ns() - boot_ns;
}

void timer_set_signal_handler(void)
{
}

void os_alarm_process(int pid)
{
}
