// SPDX-License-Identifier: MIT
/* Register conversion. Selectors of the host never reach a program, nor the other way round. */
#include "regs.h"

#include "../core/segment.h"
#include "../core/thread.h"

#include <errno.h>
#include <l4/abi/consts.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define HOST_CS64 0x33
#define HOST_CS32 0x23
#define HOST_DS 0x2b

/*
 * A program can have a base the host refuses to set: one of the upper half. Every access through
 * such a base faults; through the last page of the lower half, which is never mapped, it does too.
 */
#define BASE_END 0x7ffffffff000UL

static unsigned long base_usable(unsigned long base)
{
	return base < BASE_END ? base : BASE_END - 1;
}

/* fs or gs: what of a selector matters is its base, and that is set beside. */
static unsigned short host_fs(unsigned short sel)
{
	return sel == L4_USER_DS || sel == L4_USER_CS64 ? sel : 0;
}

static unsigned long host_base(const struct thread *t, unsigned short sel, unsigned long base)
{
	return base_usable(segment_base(t, sel, base));
}

/*
 * ds or es: 64-bit code does not care what they select. The ABI's data selector is that of 32-bit
 * code here, which can be loaded and read back; for 32-bit code it has to be real data.
 */
static unsigned short host_ds(unsigned short sel, bool compat)
{
	if (sel <= 3)
		return 0;
	return compat || sel == HOST_DS ? HOST_DS : L4_USER_DS;
}

void regs_to_host(const struct thread *t, struct user_regs_struct *h)
{
	const l4_exc_regs_t *r = &t->regs;
	bool compat = r->cs == L4_USER_CS32;

	*h = (struct user_regs_struct){
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
		.cs = compat ? HOST_CS32 : HOST_CS64,
		.ss = HOST_DS,
		.fs_base = host_base(t, r->fs, r->fs_base),
		.gs_base = host_base(t, r->gs, r->gs_base),
		.ds = host_ds(r->ds, compat),
		.es = host_ds(r->es, compat),
		.fs = host_fs(r->fs),
		.gs = host_fs(r->gs),
	};
}

/* What the program has not changed keeps its meaning, though the host cannot express it. */
static void get_base(const struct thread *t, unsigned short sel, unsigned long base,
		     unsigned short *r_sel, l4_umword_t *r_base)
{
	if (sel == host_fs(*r_sel) && base == host_base(t, *r_sel, *r_base))
		return;
	*r_sel = sel;
	if (sel <= 3)
		*r_base = base;
}

static void get_data(unsigned short sel, bool compat, unsigned short *r_sel)
{
	if (sel == host_ds(*r_sel, compat))
		return;
	*r_sel = compat && sel == HOST_DS ? L4_USER_DS : sel;
}

void regs_from_host(struct thread *t, const struct user_regs_struct *h)
{
	l4_exc_regs_t *r = &t->regs;
	bool compat = h->cs == HOST_CS32;

	r->r15 = h->r15;
	r->r14 = h->r14;
	r->r13 = h->r13;
	r->r12 = h->r12;
	r->r11 = h->r11;
	r->r10 = h->r10;
	r->r9 = h->r9;
	r->r8 = h->r8;
	r->rdi = h->rdi;
	r->rsi = h->rsi;
	r->rbp = h->rbp;
	r->rbx = h->rbx;
	r->rdx = h->rdx;
	r->rcx = h->rcx;
	r->rax = h->rax;
	r->ip = h->rip;
	r->cs = compat ? L4_USER_CS32 : L4_USER_CS64;
	r->flags = h->eflags;
	r->sp = h->rsp;
	get_base(t, h->fs, h->fs_base, &r->fs, &r->fs_base);
	get_base(t, h->gs, h->gs_base, &r->gs, &r->gs_base);
	get_data(h->ds, compat, &r->ds);
	get_data(h->es, compat, &r->es);
}

int regs_set_stub(pid_t tid, unsigned long ip)
{
	struct user_regs_struct h = {
		.orig_rax = -1UL,
		.rip = ip,
		.eflags = 0x202,
		.cs = HOST_CS64,
		.ss = HOST_DS,
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
