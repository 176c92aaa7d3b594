// SPDX-License-Identifier: MIT
/* Register conversion. Selectors of the host never reach a program, nor the other way round. */
#include "regs.h"

#include "stub.h"

#include <errno.h>
#include <l4/abi/consts.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define HOST_CS64 0x33
#define HOST_CS32 0x23
#define HOST_SS 0x2b

/*
 * In 64-bit mode data segments mean nothing but their number, and the number programs expect to
 * read is that of a segment of the host's that can be loaded.
 */
#define USER_DS 0x23

/*
 * A program can load a base the host refuses to set again: wrgsbase takes addresses of the upper
 * half, PTRACE_SETREGS does not. Every access through such a base faults; through the last page
 * of the lower half, which is never mapped, it does too.
 */
#define BASE_END 0x7ffffffff000UL

static unsigned long base_usable(unsigned long base)
{
	return base < BASE_END ? base : BASE_END - 1;
}

int regs_set(pid_t tid, const l4_exc_regs_t *r)
{
	struct user_regs_struct h = {
		.r15 = r->r15,
		.r14 = r->r14,
		.r13 = r->r13,
		.r12 = r->r12,
		.r11 = r->r11,
		.r10 = r->r10,
		.r9 = r->r9,
		.r8 = r->r8,
		.rdi = r->rdi,
		.rsi = r->rsi,
		.rbp = r->rbp,
		.rbx = r->rbx,
		.rdx = r->rdx,
		.rcx = r->rcx,
		.rax = r->rax,
		.orig_rax = -1UL, /* no system call to restart */
		.rip = r->ip,
		.eflags = r->flags,
		.rsp = r->sp,
		.cs = r->cs == L4_USER_CS32 ? HOST_CS32 : HOST_CS64,
		.ss = HOST_SS,
		.ds = r->cs == L4_USER_CS32 ? HOST_SS : USER_DS,
		.es = r->cs == L4_USER_CS32 ? HOST_SS : USER_DS,
		.fs_base = base_usable(r->fs_base),
		.gs_base = base_usable(r->gs_base),
	};

	return ptrace(PTRACE_SETREGS, tid, 0, &h) < 0 ? -errno : 0;
}

int regs_get(pid_t tid, l4_exc_regs_t *r, bool syscall)
{
	struct user_regs_struct h;

	if (ptrace(PTRACE_GETREGS, tid, 0, &h) < 0)
		return -errno;
	r->r15 = h.r15;
	r->r14 = h.r14;
	r->r13 = h.r13;
	r->r12 = h.r12;
	r->r11 = h.r11;
	r->r10 = h.r10;
	r->r9 = h.r9;
	r->r8 = h.r8;
	r->rdi = h.rdi;
	r->rsi = h.rsi;
	r->rbp = h.rbp;
	r->rbx = h.rbx;
	r->rdx = h.rdx;
	r->rcx = h.rcx;
	r->rax = syscall ? h.orig_rax : h.rax;
	r->ip = h.rip;
	r->cs = h.cs == HOST_CS32 ? L4_USER_CS32 : L4_USER_CS64;
	r->flags = h.eflags;
	r->sp = h.rsp;
	r->ss = L4_USER_DS;
	r->fs_base = h.fs_base;
	r->gs_base = h.gs_base;
	r->ds = r->es = L4_USER_DS;
	r->fs = r->gs = 0;
	return 0;
}

int regs_set_stub(pid_t tid)
{
	struct user_regs_struct h = {
		.orig_rax = -1UL,
		.rip = STUB_RUN,
		.eflags = 0x202,
		.cs = HOST_CS64,
		.ss = HOST_SS,
	};

	return ptrace(PTRACE_SETREGS, tid, 0, &h) < 0 ? -errno : 0;
}

int regs_get_result(pid_t tid)
{
	struct user_regs_struct h;

	if (ptrace(PTRACE_GETREGS, tid, 0, &h) < 0)
		return -ESRCH;
	return (long)h.rax < 0 && (long)h.rax > -4096 ? (int)h.rax : -EIO;
}
