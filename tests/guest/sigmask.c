/* SPDX-License-Identifier: MIT */
/* Signals sent by processes: masks, order, siginfo, restart, one-shot handlers, red zone. */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int count, seen[8];
static volatile siginfo_t last;

static void record(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (count < 8)
		seen[count] = signal;
	count++;
	memcpy((void *)&last, info, sizeof(last));
}

static void handle(int signal, int flags)
{
	struct sigaction action = { .sa_sigaction = record, .sa_flags = SA_SIGINFO | flags };

	CHECK_OK(sigaction(signal, &action, NULL));
	count = 0;
}

static void test_mask(void)
{
	sigset_t set, old, pending;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	handle(SIGRTMIN, 0);
	handle(SIGUSR1, 0);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, &old));
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGRTMIN);
	kill(getpid(), SIGRTMIN);
	CHECK_EQ(count, 0);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
	CHECK_EQ(sigismember(&pending, SIGUSR2), 0);
	CHECK_OK(sigprocmask(SIG_SETMASK, &old, NULL));
	/* A standard signal is kept once, a real-time signal as often as it was sent. */
	CHECK_EQ(count, 3);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);
}

static void test_info(void)
{
	union sigval value = { .sival_int = 0x1234567 };

	handle(SIGUSR2, 0);
	kill(getpid(), SIGUSR2);
	CHECK_EQ(last.si_code, SI_USER);
	CHECK_EQ(last.si_pid, getpid());
	CHECK_EQ(last.si_uid, getuid());
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2);
	CHECK_EQ(last.si_code, SI_TKILL);
	CHECK_OK(sigqueue(getpid(), SIGUSR2, value));
	CHECK_EQ(last.si_code, SI_QUEUE);
	CHECK_EQ(last.si_value.sival_int, 0x1234567);
	CHECK_EQ(count, 3);

	handle(SIGCHLD, 0);
	pid_t child = CHECK_OK(fork());

	if (!child)
		_exit(42);
	while (!count)
		usleep(1000);
	CHECK_EQ(last.si_code, CLD_EXITED);
	CHECK_EQ(last.si_status, 42);
	CHECK_EQ(last.si_pid, child);
	CHECK_EXIT(child, 42);
	signal(SIGCHLD, SIG_DFL);
}

static volatile int depth, deepest, rounds;

static void nest(int signal)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (rounds++ < 3)
		raise(signal);
	depth--;
}

static void test_flags(void)
{
	struct sigaction action = { .sa_handler = nest };

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	raise(SIGUSR1);
	CHECK_EQ(deepest, 1);
	CHECK_EQ(rounds, 4);
	rounds = deepest = 0;
	action.sa_flags = SA_NODEFER;
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	raise(SIGUSR1);
	CHECK_EQ(deepest, 4);

	handle(SIGUSR1, SA_RESETHAND);
	raise(SIGUSR1);
	CHECK_EQ(count, 1);
	CHECK_OK(sigaction(SIGUSR1, NULL, &action));
	CHECK(action.sa_handler == SIG_DFL);
}

/* A signal during read(2): EINTR without SA_RESTART, transparent with it. */
static void test_restart(int flags)
{
	struct itimerval soon = { .it_value.tv_usec = 50000 };
	int fds[2];
	char byte = 0;

	CHECK_OK(pipe(fds));
	handle(SIGALRM, flags);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		usleep(300000);
		_exit(write(fds[1], "r", 1) != 1);
	}
	setitimer(ITIMER_REAL, &soon, NULL);
	if (flags & SA_RESTART) {
		CHECK_EQ(read(fds[0], &byte, 1), 1);
		CHECK_EQ(byte, 'r');
	} else {
		CHECK_ERRNO(read(fds[0], &byte, 1), EINTR);
	}
	CHECK_EQ(count, 1);
	CHECK_EXIT(child, 0);
	close(fds[0]);
	close(fds[1]);
}

/*
 * The 128 bytes below the stack pointer belong to the interrupted function, and so do all
 * registers and the flags: spin with patterns in them while a timer signal hits often.
 */
static long spin_in_red_zone(long spins)
{
	long wrong;

	asm volatile("movabs $0x5a5a1111deadbeef, %%r10\n"
		     "mov %%r10, -8(%%rsp)\n"
		     "mov %%r10, -64(%%rsp)\n"
		     "mov %%r10, -128(%%rsp)\n"
		     "stc\n"
		     "1: lea -1(%1), %1\n"
		     "jrcxz 2f\n"
		     "jmp 1b\n"
		     "2: setnc %b0\n"
		     "movzbl %b0, %k0\n"
		     "cmp %%r10, -8(%%rsp)\n"
		     "je 3f\n"
		     "or $2, %0\n"
		     "3: cmp %%r10, -64(%%rsp)\n"
		     "je 4f\n"
		     "or $4, %0\n"
		     "4: cmp %%r10, -128(%%rsp)\n"
		     "je 5f\n"
		     "or $8, %0\n"
		     "5:\n"
		     : "=&q"(wrong), "+c"(spins)
		     :
		     : "r10", "memory", "cc");
	return wrong;
}

static void test_red_zone(void)
{
	struct itimerval often = { .it_interval.tv_usec = 1000, .it_value.tv_usec = 1000 };
	struct itimerval never = { 0 };
	double end = check_now() + 1;

	handle(SIGALRM, SA_RESTART);
	setitimer(ITIMER_REAL, &often, NULL);
	while (check_now() < end)
		CHECK_EQ(spin_in_red_zone(20000000), 0);
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK(count > 10);
	check_note("%d timer signals while spinning", count);
}

static void test_suspend(void)
{
	sigset_t block, empty, old;

	sigemptyset(&empty);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	handle(SIGUSR1, 0);
	sigprocmask(SIG_BLOCK, &block, &old);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	CHECK_ERRNO(sigsuspend(&empty), EINTR);
	CHECK_EQ(count, 1);
	CHECK_EXIT(child, 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int main(void)
{
	check_start("sigmask");
	test_mask();
	test_info();
	test_flags();
	test_restart(0);
	test_restart(SA_RESTART);
	test_red_zone();
	test_suspend();
	return check_done();
}
