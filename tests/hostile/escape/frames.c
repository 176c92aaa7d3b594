/* SPDX-License-Identifier: MIT */
/*
 * Register frames: a forged signal frame for the host, and frames the kernel itself loads, as a
 * vCPU resumes with them.
 */
#include "escape.h"

#include <l4/abi/consts.h>
#include <l4/abi/init.h>
#include <l4/abi/msg.h>
#include <l4/abi/ops.h>
#include <l4/abi/vcpu.h>
#include <l4/sys/utcb.h>

#define STATE ((l4_vcpu_state_t *)(L4_INIT_UTCB_ADDR + 0x800))
#define UC_RIP (40 + 16 * 8)
#define UC_WORDS 64

/* The host's ucontext: were it taken, the program would go on in the stub. */
void frame_sigreturn(l4_umword_t nr)
{
	l4_umword_t *uc = (l4_umword_t *)attempt_page;

	for (unsigned i = 0; i < UC_WORDS; i++)
		uc[i] = SYS_MKDIR;
	uc[0] = uc[1] = 0;
	uc[UC_RIP / 8] = STUB_CALL;
	uc[UC_RIP / 8 + 1] = 0x202;
	uc[UC_RIP / 8 + 2] = 0x2b000000000033;
	__asm__ volatile("mov %1, %%rsp; syscall; ud2"
			 :
			 : "a"(nr), "r"(uc), "d"(0UL), "S"(0UL)
			 : "memory", "rcx", "r11");
}

static l4_umword_t call(l4_umword_t op, l4_umword_t arg, unsigned words)
{
	l4_umword_t *mr = l4_utcb_mr()->mr, tag = (l4_umword_t)L4_PROTO_THREAD << 16 | words;
	register l4_umword_t r8 __asm__("r8") = 0;

	mr[0] = op;
	mr[1] = arg;
	__asm__ volatile("syscall"
			 : "+a"(tag), "+r"(r8)
			 : "d"(L4_INVALID_CAP | L4_SYSF_CALL), "S"(0UL)
			 : "rcx", "r11", "memory", "cc");
	return tag;
}

/* A vCPU that resumes in its own mode, with a frame that is right but for what is changed. */
static l4_vcpu_state_t *frame(void)
{
	l4_vcpu_state_t *v = STATE;
	unsigned char *p = (unsigned char *)attempt_page;

	call(L4_THREAD_VCPU_CONTROL_OP, (l4_umword_t)v, 2);
	p[0] = 0x0f; /* syscall: mkdir */
	p[1] = 0x05;
	p[2] = 0x0f;
	p[3] = 0x0b;
	v->saved_state = 0;
	v->r.ip = (l4_umword_t)p;
	v->r.sp = (l4_umword_t)p + 2048;
	v->r.cs = L4_USER_CS64;
	v->r.ss = L4_USER_DS;
	v->r.flags = 0x202;
	v->r.rax = SYS_MKDIR;
	v->r.rdi = (l4_umword_t)escape_path;
	v->r.rsi = 0777;
	v->r.rdx = 0;
	return v;
}

static void resume(void)
{
	l4_umword_t tag = call(L4_THREAD_VCPU_RESUME_OP, 0, 1);

	attempt_result(STOP_CALL, tag);
}

void frame_ip(l4_umword_t ip)
{
	frame()->r.ip = ip;
	resume();
}

void frame_selectors(l4_umword_t selectors)
{
	l4_vcpu_state_t *v = frame();

	v->r.cs = selectors & 0xffff;
	v->r.ss = selectors >> 16;
	v->r.ds = v->r.es = v->r.fs = v->r.gs = selectors & 0xffff;
	resume();
}

void frame_flags(l4_umword_t flags)
{
	frame()->r.flags = flags;
	resume();
}

void frame_base(l4_umword_t base)
{
	l4_vcpu_state_t *v = frame();

	v->r.fs_base = v->r.gs_base = v->host_fs_base = v->host_gs_base = base;
	resume();
}

/* The stub, with its table of operations replaced by one of ours, and with single steps. */
void frame_stub(l4_umword_t offset)
{
	l4_vcpu_state_t *v = frame();
	l4_umword_t *op = (l4_umword_t *)attempt_page;

	op[0] = SYS_CLONE;
	op[1] = 17;
	v->r.ip = STUB + offset;
	v->r.r12 = (l4_umword_t)op;
	v->r.r13 = 1;
	v->r.rax = SYS_MMAP;
	v->r.rdi = 0x50000000;
	v->r.rsi = 0x1000;
	v->r.rdx = 7;
	v->r.r10 = 0x11;
	v->r.r8 = 5;
	v->r.r9 = 0;
	v->r.flags = 0x302;
	resume();
}
