/* SPDX-License-Identifier: MIT */
/* From one process to another and back: a ptrace stop, and a futex. */
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that makes system calls without end; each one stops and is replaced by nothing. */
void floor_ptrace(void)
{
	struct user_regs_struct regs;
	pid_t child = start_child();
	int status;

	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		for (;;)
			syscall(SYS_getpid);
	}
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++) {
			if (ptrace(PTRACE_SYSEMU, child, NULL, NULL))
				die("PTRACE_SYSEMU");
			if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
				die("waitpid");
			if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
				die("PTRACE_GETREGS");
			regs.rax = (unsigned long long)i;
			if (ptrace(PTRACE_SETREGS, child, NULL, &regs))
				die("PTRACE_SETREGS");
		}
		end(batch, BATCH);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	report("ptrace");
}

static void futex_wait(int *word, int value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
		if (syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0) && errno != EAGAIN &&
		    errno != EINTR)
			die("FUTEX_WAIT");
}

static void futex_post(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Two processes take turns over one word of shared memory. */
void floor_futex(void)
{
	int *turn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	if (turn == MAP_FAILED)
		die("mmap");
	child = start_child();
	if (!child)
		for (;;) {
			futex_wait(turn, 0);
			futex_post(turn, 0);
		}
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++) {
			futex_post(turn, 1);
			futex_wait(turn, 1);
		}
		end(batch, BATCH);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	report("futex");
}
