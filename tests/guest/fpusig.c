/* SPDX-License-Identifier: MIT */
/* Vector and x87 state across signal handlers (asynchronous and of faults), fork and exec. */
#define _GNU_SOURCE
#include "fpu.h"
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int hits;

static void on_alarm(int signal)
{
	(void)signal;
	fpu_trash(1000 + (unsigned int)hits);
	hits++;
}

/* A handler that uses every register hits while all of them hold something. */
static void test_async(void)
{
	struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	struct itimerval never = { 0 };
	struct fpu_state want, got;
	double end = check_now() + 2;

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	for (unsigned int seed = 0; check_now() < end; seed++) {
		fpu_fill(&want, seed);
		fpu_hold(&want, &got, 10000000, FPU_SPIN);
		if (!fpu_check(&got, &want, "interrupted by a signal"))
			break;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	check_note("%d handlers ran", hits);
	CHECK(hits > 50);
}

/*
 * The frame of a handler shows the state, and what the handler writes there takes effect. Only
 * the part every x86-64 has (FXSAVE image) is looked at.
 */
static unsigned char seen_xmm3[16];

static void on_usr1(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)signal, (void)info;
	memcpy(seen_xmm3, &uc->uc_mcontext.fpregs->_xmm[3], 16);
	memset(&uc->uc_mcontext.fpregs->_xmm[5], 0x77, 16);
	fpu_trash(5);
	hits++;
}

static void test_frame(void)
{
	struct sigaction action = { .sa_sigaction = on_usr1, .sa_flags = SA_SIGINFO };
	struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct fpu_state want, got;
	double end = check_now() + 2;

	CHECK_OK(sigaction(SIGALRM, &action, NULL));
	fpu_fill(&want, 42);
	hits = 0;
	setitimer(ITIMER_REAL, &soon, NULL);
	do
		fpu_hold(&want, &got, 20000000, FPU_SPIN);
	while (!hits && check_now() < end);
	CHECK_EQ(hits, 1);
	/* The signal may also have come outside of fpu_hold: then the frame shows other values. */
	if (!memcmp(seen_xmm3, want.vector[3], 16)) {
		memset(want.vector[5], 0x77, 16);
		fpu_check(&got, &want, "changed by the handler");
	}
}

/* The child of fork inherits the registers; both go on with them. */
static void test_fork(void)
{
	struct fpu_state want, got;

	for (unsigned int seed = 0; seed < 50; seed++) {
		fpu_fill(&want, seed);
		pid_t child = (pid_t)fpu_hold(&want, &got, 1, SYS_fork);

		fpu_check(&got, &want, child ? "parent after fork" : "child after fork");
		if (!child) {
			fpu_trash(seed + 7);
			check_child_exit();
		}
		CHECK_EXIT(child, 0);
	}
}

/* After exec the state is the initial one: nothing leaks from the old program. */
static void test_exec(void)
{
	pid_t child = CHECK_OK(fork());

	if (!child) {
		fpu_trash(3);
		execl("/proc/self/exe", "fpusig", "fresh", NULL);
		_exit(9);
	}
	CHECK_EXIT(child, 0);
}

static int fresh(void)
{
	unsigned int mxcsr;
	unsigned short control;

	asm volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(control));
	CHECK_EQ(mxcsr & ~0x3fu, 0x1f80);
	CHECK_EQ(control, 0x37f);
	check_child_exit();
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return fresh();
	check_start("fpusig");
	check_note("state: %s", fpu_kind());
	test_async();
	test_frame();
	test_fork();
	test_exec();
	return check_done();
}
