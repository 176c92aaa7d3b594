/* SPDX-License-Identifier: MIT */
/*
 * The worker: random system calls without end. It runs in a task that shares our code but has no
 * data except one page with stack and state.
 */
#include "fuzz.h"

#include <l4/abi/init.h>
#include <l4/sys/types.h>

__asm__(".text\n"
	".globl worker_entry\n"
	"worker_entry:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	cld\n"
	"	call worker\n"
	"	ud2\n");

void worker(struct fuzz *z);

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

	switch (fuzz_below(z, 12)) {
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
	case 8:
		*p = 1;
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
	}
}

void worker(struct fuzz *z)
{
	l4_utcb_layout_t *u = (void *)(z->utcb_base + z->number * L4_UTCB_OFFSET);
	l4_vcpu_state_t *v = (void *)(z->utcb_base + 0x1000 + z->number * 512);

	for (;;) {
		struct fuzz_regs r;

		if (fuzz_below(z, 16) == 0)
			misbehave(z);
		vcpu_prepare(z, v);
		fuzz_system_call(z, u, v, &r);
		z->count++;
		invoke(&r);
	}
}
