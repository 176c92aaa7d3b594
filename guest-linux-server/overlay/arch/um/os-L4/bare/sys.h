/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw system calls of the Linux host and what the files of the test double share. Numbers, not
 * names: the guest kernel's own headers define names of the same meaning for its own use.
 */
#ifndef BARE_SYS_H
#define BARE_SYS_H

#include <linux/types.h>
#include <shared/l4host.h>

enum {
	H_READ = 0,
	H_WRITE = 1,
	H_OPEN = 2,
	H_CLOSE = 3,
	H_POLL = 7,
	H_LSEEK = 8,
	H_MMAP = 9,
	H_MPROTECT = 10,
	H_MUNMAP = 11,
	H_SIGACTION = 13,
	H_SIGPROCMASK = 14,
	H_PREAD = 17,
	H_GETPID = 39,
	H_CLONE = 56,
	H_EXIT = 60,
	H_WAIT4 = 61,
	H_KILL = 62,
	H_FCNTL = 72,
	H_FTRUNCATE = 77,
	H_PTRACE = 101,
	H_SIGSUSPEND = 130,
	H_TIMER_CREATE = 222,
	H_TIMER_SETTIME = 223,
	H_CLOCK_GETTIME = 228,
	H_EXIT_GROUP = 231,
	H_MEMFD_CREATE = 319,
};
#define H_EINTR 4

static inline long bare_call(long n, long a, long b, long c, long d, long e, long f)
{
	long ret;
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}
#define SYS(n, a, b, c) bare_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS6(n, a, b, c, d, e, f) \
	bare_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#define bare_state (*(volatile int *)L4H_VCPU_STATE)
#define bare_sticky (*(volatile unsigned short *)L4H_VCPU_STICKY)

extern int bare_ram_fd;
extern volatile int bare_running; /* process that runs user code right now, 0 = none */

/* task.c: run one system call in a traced process that is stopped */
long bare_remote(int pid, long n, long a, long b, long c, long d, long e, long f);
int bare_wait_stop(int pid, int *status);

#endif
