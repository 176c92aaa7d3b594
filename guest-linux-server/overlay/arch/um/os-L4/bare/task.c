// SPDX-License-Identifier: GPL-2.0-only
/* A user address space is a traced host process; system calls for it are run inside it. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <sysdep/ptrace.h>
#include "sys.h"

#define STUB 0x7fc0000000ul /* = TASK_SIZE: above all user addresses */
#define HOST_TOP 0x7ffffffff000ul
#define PT(r, p, a, d) SYS6(H_PTRACE, r, p, a, d, 0, 0)
#define PT_TRACEME 0
#define PT_CONT 7
#define PT_GETREGS 12
#define PT_SETREGS 13
#define PT_SETOPTIONS 0x4200
#define PT_O_EXITKILL_SYSGOOD 0x100001
#define H_SIGTRAP 5
#define H_SIGALRM 14
#define H_SIGSTOP 19
#define WALL 0x40000000

static char child_stack[8192] __aligned(16);

int bare_wait_stop(int pid, int *status)
{
	long r;

	do
		r = SYS6(H_WAIT4, pid, status, WALL, 0, 0, 0);
	while (r == -H_EINTR);
	return r < 0 || (*status & 0xff) != 0x7f ? -1 : *status >> 8 & 0xff;
}

void __used bare_child_main(void);
void __used bare_child_main(void)
{
	unsigned char *s;

	PT(PT_TRACEME, 0, 0, 0);
	s = (void *)SYS6(H_MMAP, STUB, 4096, 7, 0x32, -1, 0);
	s[0] = 0x0f; /* syscall; int3 */
	s[1] = 0x05;
	s[2] = 0xcc;
	SYS(H_KILL, SYS(H_GETPID, 0, 0, 0), H_SIGSTOP, 0);
	for (;;)
		SYS(H_EXIT, 1, 0, 0);
}

long bare_remote(int pid, long n, long a, long b, long c, long d, long e, long f)
{
	unsigned long g[MAX_REG_NR] = {
		[HOST_IP] = STUB, [HOST_AX] = n,    [HOST_ORIG_AX] = -1, [HOST_DI] = a,
		[HOST_SI] = b,    [HOST_DX] = c,    [HOST_R10] = d,      [HOST_R8] = e,
		[HOST_R9] = f,    [HOST_CS] = 0x33, [HOST_SS] = 0x2b,    [HOST_EFLAGS] = 0x202,
	};
	int status, sig;

	PT(PT_SETREGS, pid, 0, g);
	do {
		PT(PT_CONT, pid, 0, 0);
		sig = bare_wait_stop(pid, &status);
	} while (sig == H_SIGALRM);
	if (sig != H_SIGTRAP)
		return -EFAULT;
	PT(PT_GETREGS, pid, 0, g);
	return g[HOST_AX];
}

int l4h_task_create(void)
{
	long pid;
	int status;

	/* clone with a stack of its own: the child must not return into our frames */
	asm volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
		     "movabsq $bare_child_main, %%rax\n\tcall *%%rax\n1:"
		     : "=a"(pid)
		     : "a"(H_CLONE), "D"(17), "S"(child_stack + sizeof(child_stack) - 64), "d"(0)
		     : "rcx", "r11", "r8", "r9", "r10", "memory");
	if (pid < 0 || bare_wait_stop(pid, &status) < 0)
		return -ENOMEM;
	PT(PT_SETOPTIONS, pid, 0, PT_O_EXITKILL_SYSGOOD);
	bare_remote(pid, H_MUNMAP, 0, STUB, 0, 0, 0, 0);
	bare_remote(pid, H_MUNMAP, STUB + 4096, HOST_TOP - STUB - 4096, 0, 0, 0, 0);
	return pid;
}

void l4h_task_destroy(int task)
{
	int status;

	SYS(H_KILL, task, 9, 0);
	bare_wait_stop(task, &status);
}

int l4h_task_revoke(int task, const struct l4h_range *r, int n)
{
	unsigned long va;

	for (; n--; r++) {
		if (r->rights & L4H_R) {
			bare_remote(task, H_MUNMAP, r->start, r->end - r->start, 0, 0, 0, 0);
			continue;
		}
		/* page by page: mprotect stops at a hole */
		for (va = r->start; va < r->end; va += 4096)
			bare_remote(task, H_MPROTECT, va, 4096, 5, 0, 0, 0);
	}
	return 0;
}
