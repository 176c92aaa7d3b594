/* SPDX-License-Identifier: MIT */
/*
 * The worker: random system calls without end. It runs in a task that shares our code but has no
 * data except two pages with stack and state. As a vCPU it also runs in other tasks: user() there.
 */
#include "fuzz.h"

#include <l4/abi/init.h>
#include <l4/abi/ops.h>
#include <l4/sys/consts.h>
#include <l4/sys/types.h>

#define SPINS 2000

__asm__(".text\n"
	".globl worker_entry\n"
	"worker_entry:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	cld\n"
	"	call worker\n"
	"	ud2\n"
	".globl user_entry\n"
	"user_entry:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	cld\n"
	"	call user\n"
	"	ud2\n");

void worker(struct fuzz *z);
void user(struct fuzz *z);

static void invoke(struct fuzz_regs *r)
{
	/* cppcheck-suppress constStatement; it takes the name of the register for code */
	register l4_umword_t r8 __asm__("r8") = r->r8;

	__asm__ volatile("syscall"
			 : "+a"(r->rax), "+d"(r->rdx), "+S"(r->rsi)
			 : "r"(r8)
			 : "rcx", "r11", "r15", "rdi", "memory", "cc");
}

static void misbehave(struct fuzz *z)
{
	volatile char *p = (volatile char *)fuzz_address(z);

	switch (fuzz_below(z, 16)) {
	case 0:
		__asm__ volatile("ud2");
		break;
	case 1:
		__asm__ volatile("int3");
		break;
	case 2:
		__asm__ volatile("int $0x80" : : "a"(20) : "memory");
		break;
	case 3:
		__asm__ volatile("pushfq; orl $0x4100, (%%rsp); popfq; nop" : : : "memory", "cc");
		break;
	case 4:
		__asm__ volatile("std");
		break;
	case 5:
		((void (*)(void))(l4_addr_t)p)();
		break;
	case 6:
		__asm__ volatile("mov %0, %%rsp; push %%rax" : : "r"(fuzz_random(z)) : "memory");
		break;
	case 7:
		__asm__ volatile("div %0" : : "r"(0L), "a"(1), "d"(0) : "cc");
		break;
	case 8:
		__asm__ volatile("fninit; fld1; fldz; fdivp; fwait" : : : "memory");
		break;
	case 9:
		__asm__ volatile("mov %0, %%fs; mov %0, %%gs" : : "r"(fuzz_below(z, 256)));
		break;
	case 10:
	case 11:
		*p = 0x77;
		break;
	default:
		(void)*p;
	}
}

/* Where upcalls and resumes lead. */
static void vcpu_prepare(struct fuzz *z, l4_vcpu_state_t *v)
{
	v->entry_ip = (l4_umword_t)worker_entry;
	v->entry_sp = (l4_umword_t)z;
	if (fuzz_below(z, 2)) {
		v->r.ip = (l4_umword_t)worker_entry;
		v->r.sp = (l4_umword_t)z;
	} else if (fuzz_below(z, 8) == 0) {
		v->r.ip = fuzz_random(z);
		v->r.flags = fuzz_random(z);
		v->r.fs_base = fuzz_random(z);
		v->r.cs = fuzz_below(z, 64);
		v->r.ss = fuzz_below(z, 256);
		v->r.ds = v->r.es = v->r.fs = v->r.gs = fuzz_below(z, 256);
	}
}

static l4_umword_t task_slot(struct fuzz *z)
{
	unsigned from = fuzz_below(z, z->slots);

	for (unsigned i = 0; i < z->slots; i++)
		if (z->kind[(from + i) % z->slots] == FUZZ_TASK)
			return SLOT((from + i) % z->slots);
	return L4_BASE_TASK_CAP;
}

/* A call on this thread: makes it a vCPU, or enters user mode as a guest kernel does. */
static void thread_op(l4_utcb_layout_t *u, l4_umword_t op, l4_umword_t arg, unsigned words)
{
	struct fuzz_regs r = { (l4_umword_t)L4_PROTO_THREAD << L4_MSGTAG_LABEL_SHIFT | words,
			       L4_INVALID_CAP | L4_SYSF_CALL, 0, 0 };

	u->mr[0] = op;
	u->mr[1] = arg;
	invoke(&r);
}

static void enter_user(struct fuzz *z, l4_utcb_layout_t *u, l4_vcpu_state_t *v)
{
	v->saved_state = L4_VCPU_F_USER_MODE | fuzz_below(z, 8);
	v->user_task = task_slot(z);
	if (fuzz_below(z, 4)) {
		v->r.ip = (l4_umword_t)user_entry;
		v->r.sp = (l4_umword_t)z + L4_PAGESIZE;
		v->r.cs = 0;
		v->r.flags = 0;
		v->r.fs_base = v->r.gs_base = 0;
	}
	thread_op(u, L4_THREAD_VCPU_RESUME_OP, 0, 1);
}

void worker(struct fuzz *z)
{
	l4_utcb_layout_t *u = (void *)(z->utcb_base + z->number * L4_UTCB_OFFSET);
	l4_vcpu_state_t *v = (void *)(z->utcb_base + 2 * L4_PAGESIZE + z->number * 512);

	if (z->vcpu)
		thread_op(u, L4_THREAD_VCPU_CONTROL_OP, (l4_umword_t)v, 2);
	for (;;) {
		struct fuzz_regs r;

		if (fuzz_below(z, 16) == 0)
			misbehave(z);
		vcpu_prepare(z, v);
		if (z->vcpu && fuzz_below(z, 4) == 0)
			enter_user(z, u, v);
		fuzz_system_call(z, u, v, &r);
		z->count++;
		invoke(&r);
		fuzz_answered(z, r.rax);
	}
}

/* In user mode everything is an upcall: system calls, faults, and interrupts in between. */
void user(struct fuzz *z)
{
	for (;;) {
		switch (fuzz_below(z, 4)) {
		case 0:
			misbehave(z);
			break;
		case 1:
			for (unsigned i = fuzz_below(z, SPINS); i; i--)
				__asm__ volatile("pause");
			break;
		default: {
			struct fuzz_regs r = { fuzz_random(z), fuzz_random(z), fuzz_random(z),
					       fuzz_random(z) };

			invoke(&r);
		}
		}
	}
}
