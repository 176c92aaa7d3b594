/* SPDX-License-Identifier: MIT */
/*
 * Page-fault and exception messages, and what a reply does. The main thread is pager and handler
 * of a thread that runs the instructions in fault_insns.S.
 */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define TRAP(n) (long)fault_##n, (long)fault_##n##_at

extern char fault_ud2[], fault_int3[], fault_div[], fault_hlt[], fault_int80[], fault_int30[],
	fault_noncanon[], fault_kernel[], fault_read[], fault_write[], fault_fetch[], fault_regs[],
	fault_cli[], fault_end[], fault_call[], fault_call_at[];
extern char fault_ud2_at[], fault_int3_at[], fault_div_at[], fault_hlt_at[], fault_int80_at[],
	fault_int30_at[], fault_noncanon_at[], fault_kernel_at[], fault_read_at[], fault_write_at[],
	fault_regs_at[], fault_cli_at[];

static l4_umword_t page[512] __attribute__((aligned(4096)));

static struct answer wait_any(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
}

/* Lets the actor run from there on; result: its first message. */
static struct answer run(long entry)
{
	(void)*(volatile char *)entry;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)entry, actor_stack(0), 0);
	return wait_any();
}

/* Answers, and gets the next message; the message registers are set before. */
static struct answer reply(long label, unsigned words, unsigned items)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_REPLY_AND_WAIT, TAG(label, words, items), 0,
			  TIMEOUT_1S);
}

static void traps(void)
{
	static const struct {
		const char *name;
		long from, at, trapno, err, ip_offset;
	} kinds[] = {
		{ "ud2", TRAP(ud2), 6, 0, 0 },
		{ "int3", TRAP(int3), 3, 0, 1 },
		{ "division by 0", TRAP(div), 0, 0, 0 },
		{ "hlt", TRAP(hlt), 13, 0, 0 },
		{ "cli", TRAP(cli), 13, 0, 0 },
		{ "int 0x80", TRAP(int80), 13, -1, 0 },
		{ "int 0x30", TRAP(int30), 13, -1, 0 },
		{ "address that is not canonical", TRAP(noncanon), 13, 0, 0 },
		{ "kernel's address", TRAP(kernel), 14, -1, 0 },
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *name = kinds[i].name;
		struct answer a = run(kinds[i].from);
		long err = (long)MR(17);

		tap_isf(a.tag.raw, (long)TAG(L4_PROTO_EXCEPTION, 26, 0) | 0x1000, "%s: tag", name);
		tap_isf((long)a.label, 0, "%s: label", name);
		tap_isf((long)MR(16), kinds[i].trapno, "%s: trap number", name);
		/* The vector part of the error code differs between processors and emulators. */
		if (kinds[i].err >= 0)
			tap_isf(err, kinds[i].err, "%s: error code", name);
		else
			tap_isf(err != 0, 1, "%s: has an error code", name);
		tap_isf((long)MR(18), kinds[i].at + kinds[i].ip_offset, "%s: ip", name);
		/* After int N the word is whatever the last page fault left. */
		if (kinds[i].trapno == 13 && kinds[i].err == 0)
			tap_isf((long)MR(11), 0, "%s: fault address word", name);
		actor_end(0);
	}
}

static void registers(void)
{
	static const unsigned short values[23] = { 0x115, 0x114, 0x113, 0x112, 0x111, 0x110,
						   0x109, 0x108, 0x107, 0x106, 0x105, 0,
						   0x103, 0x102, 0x101, 0x100, 6,     0,
						   0,     0x2b,  0,     0x104, 0x23 };
	l4_umword_t frame[26];

	run((long)fault_regs);
	for (unsigned i = 0; i < 26; i++)
		frame[i] = MR(i);
	for (unsigned i = 0; i < 23; i++)
		if (i != 11 && i != 18 && i != 20)
			tap_isf((long)frame[i], values[i], "exception word %u", i);
	tap_is((long)frame[18], (long)fault_regs_at, "exception word 18, ip");
	tap_is((long)frame[20] & 0x202, 0x202, "exception word 20, rflags");
	tap_is((long)frame[23], 0, "exception word 23, fs base");
	tap_is((long)frame[24], (long)ACTOR_UTCB(0) + 0x1f8, "exception word 24, gs base");
	tap_is(reply(0, 0, 0).tag.raw >> 16, L4_PROTO_EXCEPTION, "reply without registers");
	tap_is((long)MR(18), (long)fault_regs_at, "repeats the instruction");
	tap_is((long)MR(0), 0x115, "with the registers as they were");
	for (unsigned i = 0; i < 26; i++)
		MR(i) = frame[i];
	MR(0) = 0xabc;
	MR(18) = (l4_umword_t)fault_end;
	reply(0, 25, 0);
	tap_is((long)MR(18), (long)fault_regs_at, "25 words are no registers");
	for (unsigned i = 0; i < 26; i++)
		MR(i) = 0x1000 + i;
	MR(18) = (l4_umword_t)fault_end;
	MR(19) = 0x23;
	MR(20) = 0x3000 | 0x4000 | 0x1;
	MR(22) = 0;
	MR(23) = 0x5000;
	MR(24) = ACTOR_UTCB(0) + 0x1f8;
	MR(25) = 0;
	reply(0, 26, 0);
	tap_is((long)MR(18), (long)fault_end, "26 words replace ip");
	for (unsigned i = 0; i < 16; i++)
		if (i != 11)
			tap_isf((long)MR(i), 0x1000 + i, "26 words replace word %u", i);
	tap_is((long)MR(19), 0x2b, "but not cs");
	tap_is((long)MR(20) & 0x7201, 0x201, "rflags are made harmless");
	tap_is((long)MR(21), 0x1015, "26 words replace sp");
	tap_is((long)MR(23), 0x5000, "26 words replace fs base");
	MR(0) = 0;
	tap_is(reply(77, 0, 0).tag.raw >> 16, L4_PROTO_EXCEPTION, "a positive label is ignored");
	tap_is(reply(-5, 0, 0).tag.raw >> 16, L4_PROTO_EXCEPTION, "a negative label is ignored");
	actor_end(0);
}

static void put_page(l4_umword_t at, unsigned rights)
{
	MR(0) = at | L4_ITEM_MAP;
	MR(1) = l4_fpage((l4_addr_t)page, 12, (unsigned char)rights).raw;
}

static void page_faults(void)
{
	struct answer a = run((long)fault_read);

	tap_is(a.tag.raw, (long)TAG(L4_PROTO_PAGE_FAULT, 2, 0), "read fault: tag");
	tap_is((long)a.label, 0, "read fault: label");
	tap_is((long)MR(0), 0x300000000, "read fault: address without its low bits");
	tap_is((long)MR(1), (long)fault_read_at, "read fault: ip");
	reply(0, 0, 0);
	tap_is((long)MR(0), 0x300000000, "a reply without a page makes it come again");
	page[0] = 0x1122334455667788;
	put_page(0x300000000, L4_FPAGE_RO);
	a = reply(0, 0, 1);
	tap_is(a.tag.raw >> 16, L4_PROTO_EXCEPTION, "a page lets it go on");
	tap_is((long)MR(14), 0x112233, "it has read the page");
	actor_end(0);
	run((long)fault_write);
	tap_is((long)MR(0), 0x300001002, "write fault: address and bit 1");
	tap_is((long)MR(1), (long)fault_write_at, "write fault: ip");
	put_page(0x300001000, L4_FPAGE_RO);
	reply(0, 0, 1);
	tap_is((long)MR(0), 0x300001003, "write to a page that can be read: bits 0 and 1");
	a = reply(-1, 0, 0);
	tap_is(a.tag.raw >> 16, L4_PROTO_EXCEPTION, "a negative label makes it an exception");
	tap_is((long)MR(16), 14, "exception of a page fault: trap number");
	tap_is((long)MR(17), 7, "exception of a page fault: error code");
	tap_is((long)MR(11), 0x300001005, "exception of a page fault: the very address");
	put_page(0x300001000, L4_FPAGE_RW);
	reply(0, 0, 1);
	tap_is((long)MR(0), 0x300001003, "a handler maps nothing without registers");
	reply(-1, 0, 0);
	MR(26) = 0x300001000 | L4_ITEM_MAP;
	MR(27) = l4_fpage((l4_addr_t)page, 12, L4_FPAGE_RW).raw;
	reply(0, 26, 1);
	tap_is((long)MR(18), (long)fault_end, "a handler maps behind the registers");
	tap_is((long)page[0] >> 40 & 0xff, 7, "the write has reached the page");
	actor_end(0);
	a = run((long)fault_fetch);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_PAGE_FAULT, 2, 0), "fetch fault: tag");
	tap_is((long)MR(0), 0x300002014, "fetch fault: address and bit 2");
	tap_is((long)MR(1), 0x300002010, "fetch fault: ip");
	reply(-1, 0, 0);
	tap_is((long)MR(16), 14, "exception of a fetch: trap number");
	tap_is((long)MR(17), 0x14, "exception of a fetch: error code");
	actor_end(0);
}

static void alien(void)
{
	struct answer a;

	actor_create(0, MAIN, MAIN);
	MR(0) = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_ALIEN;
	MR(1) = MR(2) = MR(3) = MR(5) = 0;
	MR(4) = L4_THREAD_CONTROL_ALIEN;
	a = abi_invoke(ACTOR(0) | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 6, 0), 0, 0);
	tap_is(a.result, 0, "make a thread an alien");
	(void)*(volatile char *)fault_call;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)fault_call, actor_stack(0), 0);
	a = wait_any();
	tap_is(a.result, L4_PROTO_EXCEPTION, "an alien's system call is an exception");
	tap_is((long)MR(16), 253, "alien before the call: trap number");
	tap_is((long)MR(17), 0, "alien before the call: error code");
	tap_is((long)MR(18), (long)fault_call_at, "alien before the call: ip at the instruction");
	tap_is((long)MR(14), TIMEOUT_ZERO, "alien before the call: rcx word is the timeouts");
	tap_is((long)MR(11), 0, "alien before the call: fault address word");
	a = reply(L4_PROTO_ALLOW_SYSCALL, 26, 0);
	tap_is(a.result, L4_PROTO_EXCEPTION, "an allowed call comes a second time");
	tap_is((long)MR(16), 253, "alien after the call: trap number");
	tap_is((long)MR(17), 1, "alien after the call: error code");
	tap_is((long)MR(18), (long)fault_call_at + 2, "alien after the call: ip behind it");
	tap_is((long)MR(15) & 0x8000, 0x8000, "alien after the call: rax is the answer's tag");
	actor_end(0);
}

/* A misaligned access with the flag for alignment checks set, which only counts if CR0.AM is. */
static void misalign(void)
{
	l4_umword_t flags, word;

	MR(0) = 0;
	__asm__ volatile("pushf\n"
			 "orl $0x40000, (%%rsp)\n"
			 "popf\n"
			 "mov 1(%2), %1\n"
			 "mov 2(%2), %1\n"
			 "pushf\n"
			 "pop %0\n"
			 "pushf\n"
			 "orl $0x40000, (%%rsp)\n"
			 "popf\n"
			 : "=&r"(flags), "=&r"(word)
			 : "r"(page)
			 : "memory");
	/* The call is made with the flag set, and so is what comes after it. */
	MR(0) = flags & 0x40000;
	abi_invoke(MAIN | L4_SYSF_CALL, TAG(7, 1, 0), 0, 0);
	__asm__ volatile("mov 1(%1), %0" : "=&r"(word) : "r"(page));
	MR(0) = word;
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(8, 1, 0), 0, 0);
	actor_stop();
}

static void alignment(void)
{
	page[0] = 0x1122334455667788;
	page[1] = 0x99;
	actor_start(0, misalign);
	tap_is(wait_any().result, 7, "a misaligned access with AC set is no exception");
	tap_is((long)MR(0), tap_hosted() ? 0 : 0x40000, "and AC stays (a host has to clear it)");
	tap_is(reply(0, 0, 0).result, 8, "nor is one after a call");
	tap_is((long)MR(0), (long)0x9911223344556677, "it reads what it should");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "alien", alien },         { "traps", traps },
	{ "registers", registers }, { "page-faults", page_faults },
	{ "alignment", alignment },
};

TAP_MAIN("abi-fault")
