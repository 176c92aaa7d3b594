/* SPDX-License-Identifier: MIT */
/*
 * General registers and flags of processes that are preempted in the middle of a spin loop, and
 * interrupted by signals there: each process has its own patterns in all registers but rsp (memory)
 * and rcx (the counter).
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns a bit for each register that changed, in the order of the table below. */
static unsigned long spin(unsigned long pattern, unsigned long rounds)
{
	unsigned long changed;

	asm volatile("push %%rbp\n"
		     "push %%rax\n"
		     "lea 1(%%rax), %%rbx; lea 2(%%rax), %%rdx; lea 3(%%rax), %%rsi\n"
		     "lea 4(%%rax), %%rdi; lea 5(%%rax), %%rbp; lea 6(%%rax), %%r8\n"
		     "lea 7(%%rax), %%r9; lea 8(%%rax), %%r10; lea 9(%%rax), %%r11\n"
		     "lea 10(%%rax), %%r12; lea 11(%%rax), %%r13; lea 12(%%rax), %%r14\n"
		     "lea 13(%%rax), %%r15\n"
		     "std\n"
		     "1: lea -1(%%rcx), %%rcx\n"
		     "jrcxz 2f\n"
		     "jmp 1b\n"
		     "2: pushfq\n"
		     "cld\n"
		     "xor %%ecx, %%ecx\n"
		     "cmp 8(%%rsp), %%rax; je 3f; or $1, %%ecx\n"
		     "3: mov 8(%%rsp), %%rax\n"
		     "sub $1, %%rbx; sub $2, %%rdx; sub $3, %%rsi; sub $4, %%rdi; sub $5, %%rbp\n"
		     "sub $6, %%r8; sub $7, %%r9; sub $8, %%r10; sub $9, %%r11; sub $10, %%r12\n"
		     "sub $11, %%r13; sub $12, %%r14; sub $13, %%r15\n"
		     ".irp r, rbx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
		     "shl $1, %%rcx\n"
		     "cmp %%\\r, %%rax\n"
		     "setne %%bl\n"
		     "or %%bl, %%cl\n"
		     ".endr\n"
		     "pop %%rbx\n"
		     "shl $1, %%rcx\n"
		     "test $0x400, %%ebx\n"
		     "setz %%bl\n"
		     "or %%bl, %%cl\n"
		     "pop %%rax\n"
		     "pop %%rbp\n"
		     : "=c"(changed), "+a"(pattern)
		     : "0"(rounds)
		     : "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
		       "r15", "memory", "cc");
	return changed;
}

#define ALARMS 10

static volatile int alarms;

static void on_alarm(int signal)
{
	(void)signal;
	asm volatile("xor %%eax, %%eax; xor %%edx, %%edx; xor %%esi, %%esi; xor %%edi, %%edi\n"
		     "xor %%r8d, %%r8d; xor %%r9d, %%r9d; xor %%r10d, %%r10d; xor %%r11d, %%r11d\n"
		     "xor %%ecx, %%ecx" ::
			     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
	alarms++;
}

int main(void)
{
	const struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	static const char order[] =
		"rax rbx rdx rsi rdi rbp r8..r15 DF from the highest bit (14) down";
	double end = check_now() + 3, late = end + 30;
	pid_t children[4];

	check_start("gpr");
	for (unsigned long i = 0; i < 4; i++) {
		children[i] = CHECK_OK(fork());
		if (children[i])
			continue;
		signal(SIGALRM, on_alarm);
		CHECK_OK(setitimer(ITIMER_REAL, &often, NULL));
		while (check_now() < end || (alarms <= ALARMS && check_now() < late))
			if (!CHECK_EQ(spin(0x1234567800000000 * (i + 1) + i, 20000000), 0)) {
				check_note("%s", order);
				break;
			}
		CHECK(alarms > ALARMS);
		check_child_exit();
	}
	for (int i = 0; i < 4; i++)
		CHECK_EXIT(children[i], 0);
	return check_done();
}
