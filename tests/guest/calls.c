/* SPDX-License-Identifier: MIT */
/*
 * System calls keep all registers but rax, rcx and r11, whatever happens before they return: others
 * run, in other processes, more than the microkernel binds at a time, and in the same; signal
 * handlers; a debugger that looks at them and changes one. And numbers that are no system call.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 12
#define ROUNDS 300
#define THREADS 4
#define SIGNALS 20
#define CHANGED_R14 2

struct call {
	unsigned long number, a, b, c;
	unsigned long pattern; /* in: of rbx, rbp, r8 to r10, r12 to r15: that and the next ones */
	unsigned long changed; /* out: a bit for each of them, and one for DF */
};

/* Result of the call. */
long call_with_pattern(struct call *call);

asm("	.text\n"
    "call_with_pattern:\n"
    "	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rdi\n"
    "	mov 32(%rdi), %rbx\n"
    "	lea 1(%rbx), %rbp; lea 2(%rbx), %r8; lea 3(%rbx), %r9; lea 4(%rbx), %r10\n"
    "	lea 5(%rbx), %r12; lea 6(%rbx), %r13; lea 7(%rbx), %r14; lea 8(%rbx), %r15\n"
    "	mov (%rdi), %rax; mov 16(%rdi), %rsi; mov 24(%rdi), %rdx; mov 8(%rdi), %rdi\n"
    "	std\n"
    "	syscall\n"
    "	pushfq; pop %rdx\n"
    "	cld\n"
    "	mov (%rsp), %rdi\n"
    "	xor %ecx, %ecx; xor %esi, %esi\n"
    "	.irp r, rbx, rbp, r8, r9, r10, r12, r13, r14, r15\n"
    "	sub 32(%rdi), %\\r; cmp %rcx, %\\r; setne %sil; lea 1(%rcx), %ecx\n"
    "	shl $1, %r11; jrcxz 1f; 1: or %rsi, %r11\n"
    "	.endr\n"
    "	and $0x1ff, %r11d\n"
    "	not %edx; and $0x400, %edx; or %rdx, %r11\n"
    "	mov %r11, 40(%rdi)\n"
    "	pop %rdi; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "	ret\n");

static long keeping(long number, long a, const void *b, long c, unsigned long pattern)
{
	struct call call = { (unsigned long)number, (unsigned long)a, (uintptr_t)b,
			     (unsigned long)c,      pattern,          0 };
	long r = call_with_pattern(&call);

	CHECK_EQ(call.changed, 0);
	return r;
}

/* None of them is one, for x86-64 Linux 6.1, though the host may have one of that number. */
static void test_numbers(void)
{
	static const long numbers[] = {
		-1,         -38,        -512,       -513,       -514,       -516,        -4096,
		335,        451,        500,        511,        1000,       0x3fffffff,  0x40000000,
		0x40000027, 0x7fffffff, 0x80000000, 0x80000027, 0xffff0000, 0x1000001ff,
	};

	for (int round = 0; round < 20; round++)
		for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
			if (!CHECK_EQ(keeping(numbers[i], 0, NULL, 0, 77), -ENOSYS))
				check_note("number %lx", numbers[i]);
	CHECK_EQ(keeping(0x100000000 | SYS_getpid, 0, NULL, 0, 5), getpid());
}

/* A byte goes round; who waits for it sleeps in a system call. */
static void test_ring(void)
{
	int pipes[PROCESSES][2];
	pid_t children[PROCESSES];
	char byte = 0;

	for (int i = 0; i < PROCESSES; i++)
		CHECK_OK(pipe(pipes[i]));
	for (long i = 0; i < PROCESSES; i++) {
		children[i] = CHECK_OK(fork());
		if (children[i])
			continue;
		for (unsigned long k = 0; k < ROUNDS; k++) {
			unsigned long pattern = (unsigned long)i << 48 | k << 16;

			if (keeping(SYS_read, pipes[i][0], &byte, 1, pattern) != 1)
				break;
			if (keeping(SYS_write, pipes[(i + 1) % PROCESSES][1], &byte, 1, ~pattern) !=
			    1)
				break;
		}
		check_child_exit();
	}
	CHECK_EQ(write(pipes[0][1], &byte, 1), 1);
	for (int i = 0; i < PROCESSES; i++)
		CHECK_EXIT(children[i], 0);
	for (int i = 0; i < PROCESSES; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
}

static void *thread(void *arg)
{
	for (unsigned long k = 0; k < ROUNDS; k++) {
		CHECK_EQ(keeping(SYS_sched_yield, 0, NULL, 0, (uintptr_t)arg << 32 | k << 8), 0);
		CHECK(keeping(SYS_gettid, 0, NULL, 0, (uintptr_t)arg << 40 | k << 8) > 0);
	}
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, thread, (void *)(i + 1)), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

static void on_signal(int signal)
{
	(void)signal;
	keeping(SYS_getpid, 0, NULL, 0, 0xabcdef);
}

/* A child that sleeps in a call; its status is which registers that has changed. */
static pid_t sleeper(const int pipe_to[2])
{
	pid_t child = CHECK_OK(fork());
	char byte;
	struct call call = { SYS_read, (unsigned long)pipe_to[0], (uintptr_t)&byte, 1, 0x5000000000,
			     0 };

	if (child)
		return child;
	CHECK_EQ(call_with_pattern(&call), 1);
	_exit((int)call.changed);
}

/* In the state 'S' the child has begun its call. */
static void wait_for_sleep(pid_t child)
{
	char path[64], state = 0, text[256], *p;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	while (state != 'S') {
		usleep(1000);
		fd = CHECK_OK(open(path, O_RDONLY));
		n = read(fd, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = 0;
		p = strrchr(text, ')');
		state = p ? p[2] : 'S';
		close(fd);
	}
}

static void test_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	int pipe_to[2];
	pid_t child;

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	CHECK_OK(pipe(pipe_to));
	child = sleeper(pipe_to);
	for (int i = 0; i < SIGNALS; i++) {
		wait_for_sleep(child);
		CHECK_OK(kill(child, SIGUSR1));
	}
	wait_for_sleep(child);
	CHECK_EQ(write(pipe_to[1], "", 1), 1);
	CHECK_EXIT(child, 0);
	close(pipe_to[0]);
	close(pipe_to[1]);
}

/* A debugger sees the registers of a process that sleeps in a call, and can change them. */
static void test_debugger(void)
{
	struct user_regs_struct regs;
	int pipe_to[2], status;
	pid_t child;

	CHECK_OK(pipe(pipe_to));
	child = sleeper(pipe_to);
	wait_for_sleep(child);
	CHECK_OK(ptrace(PTRACE_SEIZE, child, NULL, NULL));
	CHECK_OK(ptrace(PTRACE_INTERRUPT, child, NULL, NULL));
	CHECK_OK(waitpid(child, &status, 0));
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_EQ(regs.rbx, 0x5000000000);
	CHECK_EQ(regs.rbp, 0x5000000001);
	CHECK_EQ(regs.r12, 0x5000000005);
	CHECK_EQ(regs.r15, 0x5000000008);
	regs.r14 = 1;
	CHECK_OK(ptrace(PTRACE_SETREGS, child, NULL, &regs));
	CHECK_OK(ptrace(PTRACE_DETACH, child, NULL, NULL));
	wait_for_sleep(child);
	CHECK_EQ(write(pipe_to[1], "", 1), 1);
	CHECK_EXIT(child, CHANGED_R14);
}

int main(void)
{
	check_start("calls");
	test_numbers();
	test_ring();
	test_threads();
	test_signals();
	test_debugger();
	return check_done();
}
