/* SPDX-License-Identifier: MIT */
/*
 * Vector and x87 state across signal handlers (asynchronous, of faults, in many processes), fork
 * and exec; and what a handler writes into its frame that no processor would load.
 */
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

#define PROCESSES 10
#define BAD_FRAMES 60

static volatile int hits;

static void on_alarm(int signal)
{
	(void)signal;
	fpu_trash(1000 + (unsigned int)hits);
	hits++;
}

/* A handler that uses every register hits while all of them hold something, and calls are made. */
static void interrupted(unsigned int seed, double seconds)
{
	struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	struct itimerval never = { 0 };
	struct fpu_state want, got;
	double end = check_now() + seconds;

	hits = 0;
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	for (; check_now() < end; seed++) {
		fpu_fill(&want, seed);
		if (seed & 1)
			fpu_hold(&want, &got, 2000, SYS_sched_yield);
		else
			fpu_hold(&want, &got, 10000000, FPU_SPIN);
		if (!fpu_check(&got, &want, "interrupted by a signal"))
			break;
	}
	setitimer(ITIMER_REAL, &never, NULL);
}

static void test_async(void)
{
	interrupted(0, 2);
	check_note("%d handlers ran", hits);
	CHECK(hits > 50);
}

/* Each process with values of its own, more of them than the kernel binds at a time. */
static void test_many(void)
{
	pid_t children[PROCESSES];

	for (unsigned int i = 0; i < PROCESSES; i++) {
		children[i] = CHECK_OK(fork());
		if (!children[i]) {
			interrupted(i * 16, 1);
			check_child_exit();
		}
	}
	for (unsigned int i = 0; i < PROCESSES; i++)
		CHECK_EXIT(children[i], 0);
}

#define SW_MAGIC1 464
#define SW_SIZE 480
#define XSTATE_BV 512
#define XCOMP_BV 520
#define XSAVE_MIN 576

/* What the processor refuses, or what lies about the area: place and value, 32 bits. */
static const struct {
	unsigned int at, value;
} nonsense[] = {
	{ 24, ~0U },       { 24, 1U << 16 },       { XSTATE_BV, ~0U },   { XSTATE_BV + 4, ~0U },
	{ XCOMP_BV, ~0U }, { XCOMP_BV + 4, ~0U },  { XCOMP_BV + 16, 1 }, { SW_SIZE, ~0U },
	{ SW_SIZE, 0 },    { SW_SIZE, XSAVE_MIN }, { SW_MAGIC1, 0 },     { 0, ~0U },
};
static unsigned int which;

static void on_bad(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	unsigned char *area = (unsigned char *)uc->uc_mcontext.fpregs;
	unsigned int seed = which;

	(void)signal, (void)info;
	if (which < sizeof(nonsense) / sizeof(nonsense[0])) {
		memcpy(area + nonsense[which].at, &nonsense[which].value, 4);
		return;
	}
	if (which % 8 == 0)
		uc->uc_mcontext.fpregs = (void *)(0x7ffffe000000 - (which & 64));
	for (unsigned int i = 0; i < XSAVE_MIN; i++) {
		seed = seed * 1664525 + 1013904223;
		area[i] ^= (unsigned char)(seed >> 24 & seed >> 16);
	}
}

/* A process that returns with such a frame lives, or dies of a signal; nobody else notices. */
static void test_bad_frames(void)
{
	struct sigaction action = { .sa_sigaction = on_bad, .sa_flags = SA_SIGINFO };
	struct fpu_state want, got;
	int died = 0, status;

	for (which = 0; which < BAD_FRAMES; which++) {
		pid_t child = CHECK_OK(fork());

		if (!child) {
			sigaction(SIGUSR2, &action, NULL);
			raise(SIGUSR2);
			_exit(0);
		}
		CHECK_OK(waitpid(child, &status, 0));
		CHECK((WIFEXITED(status) && !WEXITSTATUS(status)) ||
		      (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) ||
		      (WIFSIGNALED(status) && WTERMSIG(status) == SIGFPE));
		died += WIFSIGNALED(status);
		fpu_fill(&want, which);
		fpu_hold(&want, &got, 2, SYS_sched_yield);
		fpu_check(&got, &want, "after a bad frame of another process");
	}
	check_note("%d of %d processes died of their frames", died, BAD_FRAMES);
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
	test_many();
	test_frame();
	test_bad_frames();
	test_fork();
	test_exec();
	return check_done();
}
