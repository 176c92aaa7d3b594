// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place where the two register orders meet: l4_exc_regs_t (vCPU page, exception messages)
 * and the host's struct user_regs_struct, which arch/um uses for user registers.
 * Selectors are not copied: Linux always sees its own, L4 always gets its own.
 */
#include <linux/kernel.h>
#include <sysdep/ptrace.h>
#include "l4c.h"

void l4c_regs_to_vcpu(l4_exc_regs_t *r, const unsigned long *gp)
{
	r->r15 = gp[HOST_R15];
	r->r14 = gp[HOST_R14];
	r->r13 = gp[HOST_R13];
	r->r12 = gp[HOST_R12];
	r->r11 = gp[HOST_R11];
	r->r10 = gp[HOST_R10];
	r->r9 = gp[HOST_R9];
	r->r8 = gp[HOST_R8];
	r->rdi = gp[HOST_DI];
	r->rsi = gp[HOST_SI];
	r->rbp = gp[HOST_BP];
	r->rbx = gp[HOST_BX];
	r->rdx = gp[HOST_DX];
	r->rcx = gp[HOST_CX];
	r->rax = gp[HOST_AX];
	r->ip = gp[HOST_IP];
	r->flags = gp[HOST_EFLAGS];
	r->sp = gp[HOST_SP];
	r->fs_base = gp[HOST_FS_BASE];
	r->gs_base = gp[HOST_GS_BASE];
	r->err = 0; /* these are all registers */
	r->cs = L4_USER_CS64;
	r->ss = L4_USER_DS;
	r->ds = 0;
	r->es = 0;
	r->fs = 0;
	r->gs = 0;
}

void l4c_regs_from_vcpu(unsigned long *gp, const l4_exc_regs_t *r)
{
	gp[HOST_R15] = r->r15;
	gp[HOST_R14] = r->r14;
	gp[HOST_R13] = r->r13;
	gp[HOST_R12] = r->r12;
	gp[HOST_R11] = r->r11;
	gp[HOST_R10] = r->r10;
	gp[HOST_R9] = r->r9;
	gp[HOST_R8] = r->r8;
	gp[HOST_DI] = r->rdi;
	gp[HOST_SI] = r->rsi;
	gp[HOST_BP] = r->rbp;
	gp[HOST_BX] = r->rbx;
	gp[HOST_DX] = r->rdx;
	gp[HOST_CX] = r->rcx;
	gp[HOST_AX] = r->rax;
	gp[HOST_IP] = r->ip;
	gp[HOST_EFLAGS] = r->flags;
	gp[HOST_SP] = r->sp;
	gp[HOST_FS_BASE] = r->fs_base;
	gp[HOST_GS_BASE] = r->gs_base;
	gp[HOST_ORIG_AX] = -1;
}

void l4c_regs_from_call(unsigned long *gp, const l4_exc_regs_t *r)
{
	gp[HOST_AX] = r->rax;
	gp[HOST_DI] = r->rdi;
	gp[HOST_SI] = r->rsi;
	gp[HOST_DX] = r->rdx;
	gp[HOST_R10] = r->r10;
	gp[HOST_R8] = r->r8;
	gp[HOST_R9] = r->r9;
	gp[HOST_IP] = r->ip;
}

void l4c_regs_for_answer(l4_exc_regs_t *r)
{
	r->err = L4_UX_SYSCALL_PARTIAL;
	r->cs = L4_USER_CS64;
	r->ss = L4_USER_DS;
}
