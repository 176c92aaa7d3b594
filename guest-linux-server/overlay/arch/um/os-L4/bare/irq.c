// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts are host signals: SIGALRM the timer, SIGIO console input. */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <asm/barrier.h>
#include "sys.h"

#define H_SIGALRM 14
#define H_SIGIO 29
#define H_SA_RESTORER 0x04000000UL
#define H_TIMER_ABSTIME 1
#define H_F_SETFL 4
#define H_F_SETOWN 8
#define H_O_ASYNC 020000
#define H_O_RDWR 2
#define SIG_SETMASK 2

static volatile u64 queued;
volatile int bare_running;
static int timer = -1;

void bare_restorer(void);
asm(".text\nbare_restorer: mov $15, %eax\n\tsyscall\n");

static void handler(int sig)
{
	u64 mask = BIT_ULL(sig == H_SIGALRM ? L4H_IRQ_TIMER : L4H_IRQ_CONSOLE);

	if (bare_state) {
		/* like a vCPU upcall: the flag is off in the handler, on when it returns */
		bare_state = 0;
		l4_irq_upcall(mask);
		return;
	}
	queued |= mask;
	bare_sticky = 1;
	if (bare_running)
		SYS(H_KILL, bare_running, H_SIGALRM, 0);
}

static void set_handler(int sig)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} sa = { handler, H_SA_RESTORER, bare_restorer, 0 };

	SYS6(H_SIGACTION, sig, &sa, 0, 8, 0, 0);
}

void l4h_timer_set(u64 deadline)
{
	u64 its[4] = { 0, 0, deadline / 1000000000, deadline % 1000000000 };

	if (timer < 0) {
		set_handler(H_SIGALRM);
		SYS(H_TIMER_CREATE, 1, 0, &timer);
		set_handler(H_SIGIO);
		SYS(H_FCNTL, 0, H_F_SETOWN, SYS(H_GETPID, 0, 0, 0));
		SYS(H_FCNTL, 0, H_F_SETFL, H_O_RDWR | H_O_ASYNC);
	}
	SYS6(H_TIMER_SETTIME, timer, H_TIMER_ABSTIME, its, 0, 0, 0);
}

u64 l4h_irq_fetch(void)
{
	u64 mask;

	/* a signal between these two lines leaves the sticky bit set: one fetch too many */
	bare_sticky = 0;
	asm volatile("xchgq %0, %1" : "=r"(mask), "+m"(queued) : "0"(0UL) : "memory");
	return mask;
}

u64 l4h_irq_wait(int bell)
{
	u64 block = BIT_ULL(H_SIGALRM - 1) | BIT_ULL(H_SIGIO - 1), old;

	SYS6(H_SIGPROCMASK, 0, &block, &old, 8, 0, 0);
	if (!bare_sticky)
		SYS(H_SIGSUSPEND, &old, 8, 0);
	SYS6(H_SIGPROCMASK, SIG_SETMASK, &old, 0, 8, 0, 0);
	return l4h_irq_fetch();
}

void l4h_irq_ack(int irq)
{
}
