/* SPDX-License-Identifier: MIT */
/*
 * ptrace inside the guest: a debugger stops its child, reads and writes memory and registers,
 * steps, sees system calls and signals.
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long variable = 0x1122334455667788;

static pid_t start(void (*run)(void))
{
	pid_t child = CHECK_OK(fork());
	int status;

	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(99);
		raise(SIGSTOP);
		run();
		_exit(98);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(WSTOPSIG(status), SIGSTOP);
	return child;
}

static int next_stop(pid_t child, int request)
{
	int status = 0;

	CHECK_OK(ptrace(request, child, NULL, NULL));
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSTOPPED(status));
	return WSTOPSIG(status);
}

static void exit_with_variable(void)
{
	_exit((int)variable);
}

static void test_memory(void)
{
	pid_t child = start(exit_with_variable);

	CHECK_EQ(ptrace(PTRACE_PEEKDATA, child, &variable, NULL), 0x1122334455667788);
	CHECK_OK(ptrace(PTRACE_POKEDATA, child, &variable, (void *)0x29));
	CHECK_EQ(variable, 0x1122334455667788);
	CHECK_ERRNO(ptrace(PTRACE_PEEKDATA, child, (void *)16, NULL), EIO);
	CHECK_OK(ptrace(PTRACE_CONT, child, NULL, NULL));
	CHECK_EXIT(child, 0x29);
}

extern char trap_here[];

static void trap_and_exit(void)
{
	asm volatile("mov $0xabcdef, %%ebx\n"
		     "mov $0x77, %%r15\n"
		     "int3\n"
		     "trap_here: mov %%rbx, %%rdi\n"
		     "mov $60, %%eax\n"
		     "syscall" ::
			     : "rbx", "r15", "memory");
}

static void test_registers(void)
{
	struct user_regs_struct regs;
	struct user_fpregs_struct fp;
	pid_t child = start(trap_and_exit);

	CHECK_EQ(next_stop(child, PTRACE_CONT), SIGTRAP);
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_EQ(regs.rbx, 0xabcdef);
	CHECK_EQ(regs.r15, 0x77);
	CHECK_EQ(regs.rip, (long)trap_here);
	CHECK_EQ(ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, regs.rbx), NULL), 0xabcdef);
	CHECK_OK(ptrace(PTRACE_GETFPREGS, child, NULL, &fp));
	CHECK_EQ(fp.mxcsr & 0xffc0, 0x1f80);
	regs.rbx = 55;
	CHECK_OK(ptrace(PTRACE_SETREGS, child, NULL, &regs));
	/* One instruction: mov %rbx, %rdi. */
	CHECK_EQ(next_stop(child, PTRACE_SINGLESTEP), SIGTRAP);
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_EQ(regs.rdi, 55);
	CHECK_EQ(regs.rip, (long)trap_here + 3);
	CHECK_OK(ptrace(PTRACE_CONT, child, NULL, NULL));
	CHECK_EXIT(child, 55);
}

static void call_and_exit(void)
{
	_exit(syscall(SYS_getppid) == 4321 ? 21 : 22);
}

static void test_calls(void)
{
	struct user_regs_struct regs;
	pid_t child = start(call_and_exit);

	CHECK_OK(ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)PTRACE_O_TRACESYSGOOD));
	CHECK_EQ(next_stop(child, PTRACE_SYSCALL), SIGTRAP | 0x80);
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_EQ(regs.orig_rax, SYS_getppid);
	CHECK_EQ(regs.rax, -ENOSYS);
	CHECK_EQ(next_stop(child, PTRACE_SYSCALL), SIGTRAP | 0x80);
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_EQ(regs.rax, getpid());
	regs.rax = 4321;
	CHECK_OK(ptrace(PTRACE_SETREGS, child, NULL, &regs));
	CHECK_OK(ptrace(PTRACE_CONT, child, NULL, NULL));
	CHECK_EXIT(child, 21);
}

static void send_and_exit(void)
{
	raise(SIGTERM);
	_exit(31);
}

static void test_signals(void)
{
	siginfo_t info;
	pid_t child = start(send_and_exit);

	CHECK_EQ(next_stop(child, PTRACE_CONT), SIGTERM);
	CHECK_OK(ptrace(PTRACE_GETSIGINFO, child, NULL, &info));
	CHECK_EQ(info.si_pid, child);
	/* Swallow it. */
	CHECK_OK(ptrace(PTRACE_CONT, child, NULL, NULL));
	CHECK_EXIT(child, 31);
	/* Deliver it. */
	child = start(send_and_exit);
	CHECK_EQ(next_stop(child, PTRACE_CONT), SIGTERM);
	CHECK_OK(ptrace(PTRACE_CONT, child, NULL, (void *)SIGTERM));
	CHECK_KILLED(child, SIGTERM);
}

static void spin_forever(void)
{
	for (;;)
		variable++;
}

static void test_attach(void)
{
	pid_t child = CHECK_OK(fork());
	struct user_regs_struct regs;
	int status;

	if (!child)
		spin_forever();
	usleep(20000);
	CHECK_OK(ptrace(PTRACE_ATTACH, child, NULL, NULL));
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	CHECK_OK(ptrace(PTRACE_GETREGS, child, NULL, &regs));
	CHECK_RANGE(regs.rip, (double)(long)spin_forever, (double)(long)spin_forever + 64);
	CHECK_OK(ptrace(PTRACE_DETACH, child, NULL, NULL));
	kill(child, SIGKILL);
	CHECK_KILLED(child, SIGKILL);
	CHECK_ERRNO(ptrace(PTRACE_PEEKDATA, getppid(), &variable, NULL), ESRCH);
}

int main(void)
{
	check_start("trace");
	test_memory();
	test_registers();
	test_calls();
	test_signals();
	test_attach();
	return check_done();
}
