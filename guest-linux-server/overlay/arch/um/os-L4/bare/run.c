// SPDX-License-Identifier: GPL-2.0-only
/* User code runs under PTRACE_SYSEMU until the host stops it. Its process has its vector state. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <as-layout.h>
#include <sysdep/ptrace.h>
#include "sys.h"

#define PT(r, p, a, d) SYS6(H_PTRACE, r, p, a, d, 0, 0)
#define PT_GETREGS 12
#define PT_SETREGS 13
#define PT_SYSEMU 31
#define PT_GETSIGINFO 0x4202
#define PT_GETREGSET 0x4204
#define PT_SETREGSET 0x4205
#define NT_XSTATE 0x202
#define SYSCALL_STOP (5 | 0x80)
#define MAP_SHARED_FIXED 0x11
#define SI_KERNEL_CODE 0x80
#define SEGV_ACCERR_CODE 2

static int prot(unsigned int rights)
{
	return (rights & L4H_R ? 1 : 0) | (rights & L4H_W ? 2 : 0) | (rights & L4H_X ? 4 : 0);
}

static void map_items(int task, const struct l4h_item *items, int n)
{
	for (; n--; items++)
		bare_remote(task, H_MMAP, items->va, 4096, prot(items->rights), MAP_SHARED_FIXED,
			    bare_ram_fd, items->ram - uml_physmem);
}

/* A signal number and siginfo back into a trap number. */
static void fault_info(int task, int sig, struct faultinfo *fi)
{
	int si[32];

	PT(PT_GETSIGINFO, task, 0, si);
	memset(fi, 0, sizeof(*fi));
	switch (sig) {
	case 11:
		fi->trap_no = si[2] == SI_KERNEL_CODE ? 13 : 14;
		fi->cr2 = *(unsigned long *)&si[4];
		/* mapped but not allowed can only be a write; for the rest the host does not say */
		fi->error_code = si[2] == SEGV_ACCERR_CODE ? 7 : 4;
		return;
	case 4:
		fi->trap_no = 6;
		return;
	case 5:
		fi->trap_no = si[2] == SI_KERNEL_CODE ? 3 : 1;
		return;
	case 7:
		fi->trap_no = 17;
		return;
	case 8:
		fi->trap_no = si[2] == 1 ? 0 : 19;
		return;
	}
	fi->trap_no = 13;
}

int l4h_resume(int task, unsigned long *gp, struct faultinfo *fi, const struct l4h_item *items,
	       int n)
{
	int status, sig;

	map_items(task, items, n);
	/* from here on the signal handler stops the process: a signal cannot get lost */
	bare_running = task;
	if (bare_sticky) {
		bare_running = 0;
		return L4H_IRQ;
	}
	PT(PT_SETREGS, task, 0, gp);
	PT(PT_SYSEMU, task, 0, 0);
	sig = bare_wait_stop(task, &status);
	bare_running = 0;
	if (sig < 0)
		return L4H_FAILED;
	PT(PT_GETREGS, task, 0, gp);
	if (sig == SYSCALL_STOP)
		return L4H_SYSCALL;
	if (sig == 14)
		return L4H_IRQ;
	fault_info(task, sig, fi);
	return L4H_TRAP;
}

int l4h_fpu_move(int task, void *save, const void *load, unsigned long size)
{
	static unsigned long scratch[1024];
	struct {
		void *base;
		unsigned long len;
	} io = { scratch, sizeof(scratch) };

	/* always read: the host accepts only an area of its own size back */
	PT(PT_GETREGSET, task, NT_XSTATE, &io);
	if (save)
		memcpy(save, scratch, min(size, io.len));
	if (load)
		memcpy(scratch, load, min(size, io.len));
	return load ? PT(PT_SETREGSET, task, NT_XSTATE, &io) : 0;
}

/* No call comes in part. */
int l4h_answer(int task, unsigned long *gp, struct faultinfo *fi)
{
	return L4H_FAILED;
}

int l4h_call_registers(int task, unsigned long *gp)
{
	return 0;
}
