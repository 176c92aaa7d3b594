/* SPDX-License-Identifier: MIT */
/*
 * The way back from a signal handler: other signals in the middle of it, who called whom as an
 * unwinder sees it, alternate stacks, and programs that have no vDSO or go back to nowhere.
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>
#include <x86intrin.h>

#define QUEUED 300
#define ALARMS 100
#define PAGE 4096UL
#define EFLAGS_NT 0x4000UL
#define EFLAGS_ID 0x200000UL
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

static char alt_stack[65536] __attribute__((aligned(4096)));
static volatile int hits, moved;
static volatile uintptr_t frame;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	CHECK_OK(sigaction(signal, &action, NULL));
	hits = moved = 0;
	frame = 0;
}

static void note(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	moved += frame && frame != (uintptr_t)context;
	frame = (uintptr_t)context;
	hits++;
}

/* Each is delivered on the way back from the one before, and none on top of it. */
static void queue(int number)
{
	union sigval value = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	for (int i = 0; i < number; i++)
		CHECK_OK(sigqueue(getpid(), SIGRTMIN, value));
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
	CHECK_EQ(hits, number);
	CHECK_EQ(moved, 0);
}

static void test_queue(void)
{
	handle(SIGRTMIN, note, 0);
	queue(QUEUED);
}

/* A timer that is due at each tick: wherever on the way back it comes, the stack does not grow. */
static void test_storm(void)
{
	struct itimerval always = { .it_interval.tv_usec = 100, .it_value.tv_usec = 100 };
	struct itimerval never = { 0 };
	uintptr_t low = UINTPTR_MAX, high = 0;
	double late = check_now() + 30;

	handle(SIGALRM, note, 0);
	CHECK_OK(setitimer(ITIMER_REAL, &always, NULL));
	while (hits < ALARMS && check_now() < late)
		if (frame) {
			uintptr_t at = frame;

			low = at < low ? at : low;
			high = at > high ? at : high;
		}
	CHECK_OK(setitimer(ITIMER_REAL, &never, NULL));
	check_note("%d alarms, frames within %zu bytes", hits, (size_t)(high - low));
	CHECK(hits >= ALARMS);
	CHECK(high - low < 4096);
}

static uintptr_t wanted_cfa, callers[32];
static int count;
static bool met;

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *unused)
{
	(void)unused;
	met |= _Unwind_GetCFA(context) == wanted_cfa;
	if (count < 32)
		callers[count++] = _Unwind_GetIP(context);
	return _URC_NO_REASON;
}

static void unwind(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
	count = 0;
	_Unwind_Backtrace(step, NULL);
	hits++;
}

static void __attribute__((noinline)) caller(void)
{
	wanted_cfa = (uintptr_t)__builtin_dwarf_cfa();
	raise(SIGUSR1);
	asm volatile("" ::: "memory");
}

static void test_unwind(void)
{
	handle(SIGUSR1, unwind, 0);
	met = false;
	caller();
	CHECK_EQ(hits, 1);
	CHECK(count > 4 && count < 32);
	CHECK(met);
}

static void look_at_stack(int signal, siginfo_t *info, void *context)
{
	stack_t now;

	CHECK_OK(sigaltstack(NULL, &now));
	CHECK(now.ss_flags & SS_DISABLE);
	note(signal, info, context);
}

static void test_autodisarm(void)
{
	const stack_t stack = { .ss_sp = alt_stack,
				.ss_size = sizeof(alt_stack),
				.ss_flags = (int)SS_AUTODISARM };
	stack_t now;

	CHECK_OK(sigaltstack(&stack, NULL));
	handle(SIGRTMIN, look_at_stack, SA_ONSTACK);
	queue(5);
	CHECK(frame > (uintptr_t)alt_stack && frame < (uintptr_t)alt_stack + sizeof(alt_stack));
	CHECK_OK(sigaltstack(NULL, &now));
	CHECK(now.ss_sp == alt_stack && now.ss_size == sizeof(alt_stack));
	CHECK_EQ(now.ss_flags, (int)SS_AUTODISARM);
	CHECK_OK(sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL));
}

static void set_flags(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	__writeeflags(__readeflags() | EFLAGS_NT | EFLAGS_ID);
}

/*
 * Flags that a frame does not set back do no harm, whoever has set them, and ID stays. The ptrace
 * engine loses NT.
 */
static void test_flags(void (*handler)(int, siginfo_t *, void *), unsigned long before)
{
	unsigned long flags = __readeflags(), after;

	handle(SIGUSR1, handler, 0);
	__writeeflags(flags | before);
	raise(SIGUSR1);
	after = __readeflags();
	__writeeflags(flags);
	CHECK_EQ(hits, 1);
	CHECK(after & EFLAGS_ID);
}

static void to_nowhere(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] = (greg_t)0x8000000000000000;
}

static void without_stack(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP] = (greg_t)0x8000000000000000;
}

static void dies(void (*handler)(int, siginfo_t *, void *), int signal)
{
	pid_t child;

	handle(SIGUSR1, handler, 0);
	child = CHECK_OK(fork());
	if (!child) {
		raise(SIGUSR1);
		_exit(3);
	}
	CHECK_KILLED(child, signal);
}

/* Moved or gone: the C library's own way back is there. */
static void without_vdso(bool move)
{
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		handle(SIGUSR1, note, 0);
		if (!move)
			CHECK_OK(munmap(vdso, PAGE));
		else
			CHECK(mremap(vdso, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, alt_stack) ==
			      alt_stack);
		raise(SIGUSR1);
		CHECK_EQ(hits, 1);
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
}

/* Code where the vDSO was, interrupted behind its system calls, is on no way back. */
static void in_place_of_vdso(void)
{
	/* mov $SYS_kill, %eax; syscall; ret */
	static const unsigned char code[] = { 0xb8, 62, 0, 0, 0, 0x0f, 0x05, 0xc3 };
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		handle(SIGUSR1, note, 0);
		CHECK(mmap(vdso, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == vdso);
		for (unsigned long at = 0; at < PAGE; at += sizeof(code))
			memcpy(vdso + at, code, sizeof(code));
		for (unsigned long at = 0; at < PAGE; at += sizeof(code))
			CHECK_OK(((long (*)(long, long))(vdso + at))(getpid(), SIGUSR1));
		CHECK_EQ(hits, PAGE / sizeof(code));
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
}

int main(void)
{
	check_start("sigreturn");
	test_queue();
	test_storm();
	test_unwind();
	test_autodisarm();
	test_flags(note, EFLAGS_NT | EFLAGS_ID);
	test_flags(set_flags, 0);
	dies(to_nowhere, SIGSEGV);
	dies(without_stack, SIGBUS); /* a stack fault, as the processor sees it */
	without_vdso(false);
	without_vdso(true);
	in_place_of_vdso();
	return check_done();
}
