/* SPDX-License-Identifier: MIT */
/* What of a thread's registers and UTCB is whose: what the kernel sets, keeps and leaves alone. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define LAYOUT(n) ((volatile l4_utcb_layout_t *)ACTOR_UTCB(n))

static volatile l4_umword_t seen[16] __attribute__((used));
static volatile l4_umword_t kept[6];

/* The registers a new thread begins with. */
__attribute__((naked)) static void store_registers(void)
{
	__asm__("mov %rax, seen(%rip)\n"
		"mov %rbx, seen+8(%rip)\n"
		"mov %rcx, seen+16(%rip)\n"
		"mov %rdx, seen+24(%rip)\n"
		"mov %rsi, seen+32(%rip)\n"
		"mov %rdi, seen+40(%rip)\n"
		"mov %rbp, seen+48(%rip)\n"
		"mov %r8, seen+56(%rip)\n"
		"mov %r9, seen+64(%rip)\n"
		"mov %r10, seen+72(%rip)\n"
		"mov %r11, seen+80(%rip)\n"
		"mov %r12, seen+88(%rip)\n"
		"mov %r13, seen+96(%rip)\n"
		"mov %r14, seen+104(%rip)\n"
		"mov %r15, seen+112(%rip)\n"
		"mov $1, %eax\n"
		"mov %rax, seen+120(%rip)\n"
		"jmp actor_stop\n");
}

static void new_thread(void)
{
	static const char *const names[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
					     "r9",  "r10", "r11", "r12", "r13", "r14", "r15" };

	for (unsigned i = 0; i < 15; i++)
		seen[i] = ~0UL;
	actor_start(0, store_registers);
	tap_is((long)seen[15], 1, "a new thread runs");
	for (unsigned i = 0; i < 15; i++)
		tap_isf((long)seen[i], 0, "%s is 0 at its start", names[i]);
	actor_end(0);
}

static void fault(void)
{
	MR(0) = 0x10;
	MR(1) = 0x11;
	MR(2) = 0x12;
	BR(0) = 0x20;
	BR(1) = 0x21;
	l4_utcb_br()->bdr = 0x30;
	__asm__ volatile("movb 0x5(%0), %%al" : : "r"(0x300000000UL) : "rax", "memory");
	kept[0] = MR(0);
	kept[1] = MR(1);
	kept[2] = MR(2);
	kept[3] = BR(0);
	kept[4] = BR(1);
	kept[5] = l4_utcb_br()->bdr;
	actor_stop();
}

/* The kernel calls the pager with the thread's own UTCB, and puts back what it needed there. */
static void page_fault(void)
{
	static volatile l4_umword_t page[512] __attribute__((aligned(4096)));
	static const char *const what[] = { "MR0", "MR1", "MR2 has the reply's word",
					    "BR0", "BR1", "the buffer descriptor" };
	static const long expected[] = { 0x10, 0x11, 0x77, 0x20, 0x21, 0x30 };

	page[0] = 1;
	actor_create(0, MAIN, MAIN);
	for (l4_addr_t p = 8; p < 8192; p += 512)
		*(volatile char *)(actor_stack(0) - p) = 0;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)fault, actor_stack(0), 0);
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S).result,
	       L4_PROTO_PAGE_FAULT, "a page fault");
	MR(0) = 0x75;
	MR(1) = 0x76;
	MR(2) = 0x77;
	MR(3) = 0x300000000UL | L4_ITEM_MAP;
	MR(4) = l4_fpage((l4_addr_t)page, 12, L4_FPAGE_RO).raw;
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(0, 3, 1), 0, TIMEOUT_1S);
	tap_settle();
	for (unsigned i = 0; i < 6; i++)
		tap_isf((long)kept[i], expected[i], "after it, %s", what[i]);
	actor_end(0);
}

static void call_once(void)
{
	MR(0) = 5;
	abi_invoke(MAIN | L4_SYSF_CALL, TAG(0, 1, 0), 0, 0);
	actor_stop();
}

static void words(void)
{
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	for (unsigned i = 0; i < 3; i++)
		LAYOUT(0)->user[i] = 0x40 + i;
	LAYOUT(0)->free_marker = 9;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)call_once, actor_stack(0), 0);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0, TIMEOUT_1S);
	tap_settle();
	for (unsigned i = 0; i < 3; i++)
		tap_isf((long)LAYOUT(0)->user[i], 0x40 + i, "user word %u is left alone", i);
	tap_is((long)LAYOUT(0)->free_marker, 9, "so is the free marker while the thread lives");
	actor_end(0);
	for (unsigned i = 0; i < 50 && LAYOUT(0)->free_marker; i++)
		tap_settle();
	tap_is((long)LAYOUT(0)->free_marker, 0, "which tells when the UTCB is free");
}

/* Sends one word without a look at gs. */
static void without_gs(void)
{
	l4_umword_t rax = TAG(3, 1, 0), rdx = MAIN | L4_SYSF_SEND, rsi = 0x55;
	register l4_umword_t r8 __asm__("r8") = 0;

	MR(0) = L4_THREAD_SET_SEGMENT_BASE_OP | L4_AMD64_SEGMENT_GS << 16;
	MR(1) = (l4_umword_t)seen;
	abi_invoke(L4_INVALID_CAP | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 2, 0), 0, 0);
	__asm__ volatile("mov %%gs:0, %0" : "=r"(kept[0]));
	LAYOUT(0)->mr[0] = 0x66;
	__asm__ volatile("syscall"
			 : "+a"(rax), "+d"(rdx), "+S"(rsi)
			 : "r"(r8)
			 : "rdi", "rcx", "r11", "r15", "memory");
	for (;;) {
		rax = 0;
		rdx = L4_INVALID_CAP | L4_SYSF_RECV;
		__asm__ volatile("syscall"
				 : "+a"(rax), "+d"(rdx), "+S"(rsi)
				 : "r"(r8)
				 : "rdi", "rcx", "r11", "r15", "memory");
	}
}

static void gs(void)
{
	seen[0] = 0x1234;
	actor_start(0, without_gs);
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S).result, 3,
	       "a thread with another base of gs sends");
	tap_is((long)kept[0], 0x1234, "it reads there what it has chosen");
	tap_is((long)MR(0), 0x66, "its UTCB is the one it was bound to");
	actor_end(0);
}

static void jump(void)
{
	((void (*)(void))ACTOR_UTCB(0))();
}

static void no_code(void)
{
	actor_create(0, MAIN, MAIN);
	*(volatile char *)(actor_stack(0) - 8) = 0;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)jump, actor_stack(0), 0);
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S).result,
	       L4_PROTO_PAGE_FAULT, "kernel-user memory is no code");
	tap_is((long)MR(0), (long)ACTOR_UTCB(0) | 5, "the fault is a fetch from what is present");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "new-thread", new_thread }, { "page-fault", page_fault },
	{ "words", words },           { "gs", gs },
	{ "no-code", no_code },
};

TAP_MAIN("abi-utcb")
