/* SPDX-License-Identifier: MIT */
/* Segments: a thread's descriptors, what loads and messages do with selectors and bases. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define FIRST 11
#define SELECTOR(n) (((FIRST + (n)) << 3) + 3)
#define DATA(base) \
	(0x00cff3000000ffffUL | ((base)&0xffffffUL) << 16 | ((base) >> 24 & 0xffUL) << 56)
#define ABSENT(base) (DATA(base) & ~(1UL << 47))

enum { CS = 19, FLAGS = 20, SS = 22, FS_BASE = 23, GS_BASE = 24, SEGMENTS = 25 };

extern char seg_ud2[], seg_load_fs[], seg_loaded[], seg_load_ds[], seg_read[], seg_iret[],
	seg_iret_done[], seg_lret[], seg_lret_done[], seg_jump32[], seg_code32[], seg_int80[],
	seg_load_ss[];

static long gdt(l4_cap_idx_t thread, unsigned words, l4_umword_t first, l4_umword_t d0)
{
	return abi_call(thread, L4_PROTO_THREAD, words, L4_THREAD_X86_GDT_OP, first, d0);
}

static struct answer next(l4_umword_t flags, unsigned words)
{
	return abi_invoke(L4_INVALID_CAP | flags, TAG(0, words, 0), 0, TIMEOUT_1S);
}

static void start(char *entry)
{
	(void)*(volatile char *)entry;
	*(volatile char *)actor_stack(0) = 0;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)entry, actor_stack(0), 0);
}

/* Waits for the exception of an actor that was started there. */
static void run(char *entry)
{
	start(entry);
	next(L4_SYSF_WAIT, 0);
}

/* Continues there with the registers of the last message. */
static void go(char *entry)
{
	MR(18) = (l4_umword_t)entry;
	next(L4_SYSF_REPLY_AND_WAIT, 26);
}

static void descriptors(void)
{
	actor_create(0, MAIN, MAIN);
	tap_is(gdt(ACTOR(0), 1, 0, 0), 0, "ask for the first index");
	tap_is((long)MR(0), FIRST, "the first index");
	tap_is(gdt(ACTOR(0), 3, 0, DATA(0)), SELECTOR(0), "set descriptor 0: its selector");
	tap_is(gdt(ACTOR(0), 3, 3, DATA(0)), SELECTOR(3), "set descriptor 3: its selector");
	tap_is(gdt(ACTOR(0), 3, 4, DATA(0)), SELECTOR(4), "beyond the last nothing is set");
	tap_is(gdt(ACTOR(0), 2, 1, 0), SELECTOR(1), "no descriptor at all");
	tap_is(gdt(ACTOR(0), 3, 0, DATA(0) & ~(1UL << 45)), -L4_EINVAL, "a level between");
	tap_is(gdt(ACTOR(0), 3, 0, DATA(0) & ~(3UL << 45)), -L4_EINVAL, "the kernel's level");
	tap_is(gdt(ACTOR(0), 3, 0, DATA(0) & ~(1UL << 44)), -L4_EINVAL, "a system descriptor");
	tap_is(gdt(ACTOR(0), 3, 0, 0), SELECTOR(0), "an empty descriptor");
	tap_is(gdt(ACTOR(0), 3, 0, 0x0000890000000000UL & ~(1UL << 47)), SELECTOR(0),
	       "what is not present cannot harm");
	actor_end(0);
}

static void loads(void)
{
	static l4_umword_t word[2] = { 0x11, 0x22 };
	l4_umword_t base = (l4_umword_t)word;

	run(seg_ud2);
	tap_is((long)MR(SEGMENTS), 0x00230023, "selectors of a new thread: ds, es, fs, gs");
	actor_end(0);
	if (base >> 32) {
		tap_skip("loads of own descriptors", "the program lies above 4 GiB");
		return;
	}
	actor_create(0, MAIN, MAIN);
	gdt(ACTOR(0), 3, 1, DATA(base));
	gdt(ACTOR(0), 3, 2, ABSENT(base));
	(void)*(volatile char *)seg_load_fs;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)seg_load_fs, actor_stack(0), 0);
	next(L4_SYSF_WAIT, 0);
	tap_is((long)MR(18), (long)seg_loaded, "own descriptor in fs");
	tap_is((long)MR(15), 0x22, "fs:8 is relative to its base");
	tap_is((long)(MR(SEGMENTS) >> 32 & 0xffff), SELECTOR(1), "fs in the message");
	tap_is((long)MR(FS_BASE), 0, "fs base in the message is the one that was set");
	MR(15) = SELECTOR(2);
	go(seg_load_ds);
	tap_is((long)MR(16), 11, "a descriptor that is not present: trap number");
	tap_is((long)MR(17), SELECTOR(2) & ~3, "a descriptor that is not present: error code");
	MR(15) = SELECTOR(2);
	go(seg_load_ss);
	tap_is((long)MR(16), 12, "a stack that is not present: trap number");
	tap_is((long)MR(17), SELECTOR(2) & ~3, "a stack that is not present: error code");
	MR(15) = SELECTOR(1);
	go(seg_load_ds);
	tap_is((long)(MR(SEGMENTS) & 0xffff), SELECTOR(1), "own descriptor in ds");
	MR(15) = 0x2b;
	go(seg_load_ds);
	tap_is((long)(MR(SEGMENTS) & 0xffff), 0x2b, "code that can be read in ds");
	MR(15) = 0;
	go(seg_load_ds);
	tap_is((long)(MR(SEGMENTS) & 0xffff), 0, "nothing in ds");
	go(seg_read);
	tap_is((long)(MR(15) & 0xffff), 0, "ds reads back as nothing");
	MR(15) = 0x23;
	go(seg_load_ds);
	go(seg_read);
	tap_is((long)(MR(15) & 0xffff), 0x23, "ds reads back as data");
	MR(15) = 0x23;
	go(seg_load_ss);
	tap_is((long)MR(16), 6, "data in ss");
	actor_end(0);
}

static void transfers(void)
{
	run(seg_iret);
	tap_is((long)MR(18), (long)seg_iret_done, "iret");
	tap_is((long)MR(FLAGS) & 0xcd5, 0x401, "iret loads the flags");
	tap_is((long)MR(21), 0x1230, "iret loads sp");
	tap_is((long)MR(CS), 0x2b, "iret loads cs");
	actor_end(0);
	run(seg_lret);
	tap_is((long)MR(18), (long)seg_lret_done, "far return");
	tap_is((long)MR(21), (long)actor_stack(0) - 16, "far return pops what it is told");
	actor_end(0);
	if ((l4_umword_t)seg_code32 >> 32) {
		tap_skip("32-bit code", "the program lies above 4 GiB");
		return;
	}
	run(seg_jump32);
	tap_is((long)MR(18), (long)seg_code32, "far jump to 32-bit code");
	tap_is((long)MR(16), 6, "far jump to 32-bit code: trap number");
	tap_is((long)MR(CS), 0x1b, "cs of 32-bit code");
	go(seg_int80);
	tap_is((long)MR(16), 13, "int 0x80 of 32-bit code: trap number");
	tap_is((long)(MR(17) & 2), 2, "int 0x80 of 32-bit code: error code");
	tap_is((long)MR(18), (long)seg_int80, "int 0x80 of 32-bit code: ip");
	tap_is((long)MR(CS), 0x1b, "a message does not change cs");
	actor_end(0);
}

static void set(unsigned long segments)
{
	MR(SEGMENTS) = segments;
	next(L4_SYSF_REPLY_AND_WAIT, 26);
}

static void messages(void)
{
	static const struct {
		const char *name;
		l4_umword_t base, after;
	} bases[] = {
		{ "a user's base", 0x12345678, 0x12345678 },
		{ "the last base of the lower half", 0x7fffffffffff, 0x7fffffffffff },
		{ "a base that is not canonical", 0x800000000000, 0 },
		{ "a base of the upper half", 0xffff800000000000, (long)0xffff800000000000 },
	};

	run(seg_ud2);
	for (unsigned i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (!bases[i].after && tap_emulated()) {
			tap_skip(bases[i].name, "QEMU lets the kernel load it");
			continue;
		}
		MR(FS_BASE) = bases[i].base;
		next(L4_SYSF_REPLY_AND_WAIT, 26);
		tap_isf((long)MR(FS_BASE), (long)bases[i].after, "%s as fs base", bases[i].name);
	}
	set(0x0023002300230023);
	tap_is((long)MR(SEGMENTS), 0x0023002300230023, "data in all segments");
	set(0x002b002b002b002b);
	tap_is((long)MR(SEGMENTS), 0x002b002b002b002b, "code in all segments");
	set(0x0010001200131234);
	tap_is((long)MR(SEGMENTS), 0, "selectors that cannot be loaded become nothing");
	set(0);
	tap_is((long)MR(SEGMENTS), 0, "nothing in all segments");
	MR(SS) = 0;
	go(seg_ud2);
	tap_is((long)MR(16), 13, "no stack segment: trap number");
	tap_is((long)MR(17), 0, "no stack segment: error code");
	tap_is((long)MR(18), (long)seg_ud2, "no stack segment: ip");
	tap_is((long)MR(SS), 0, "no stack segment: ss");
	MR(SS) = 0x2b;
	go(seg_ud2);
	tap_is((long)MR(16), 13, "code as stack segment: trap number");
	MR(SS) = 0x23;
	MR(CS) = 0x1b;
	go(seg_ud2);
	tap_is((long)MR(16), 6, "data as stack segment");
	tap_is((long)MR(CS), 0x2b, "a message does not make 32-bit code");
	MR(18) = 0x900000000000;
	next(L4_SYSF_REPLY_AND_WAIT, 26);
	tap_is((long)MR(16), 13, "ip that is not canonical: trap number");
	tap_is((long)MR(17), 0, "ip that is not canonical: error code");
	tap_is((long)MR(18), 0x900000000000, "ip that is not canonical: ip");
	actor_end(0);
}

static void bases(void)
{
	static const struct {
		const char *name;
		l4_umword_t which, base;
		long result;
	} cases[] = {
		{ "fs base", 0, 0x12345678, 0 },
		{ "gs base", 1, 0x12345678, 0 },
		{ "base of a third segment", 2, 0x12345678, -L4_EINVAL },
		{ "fs base of the upper half", 0, 0xffff800000000000, 0 },
		{ "fs base that is not canonical", 0, 0x800000000000, -L4_EINVAL },
		{ "gs base that is not canonical", 1, 0xffff7fffffffffff, -L4_EINVAL },
	};

	actor_create(0, MAIN, MAIN);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tap_is(abi_call(ACTOR(0), L4_PROTO_THREAD, 2,
				L4_THREAD_SET_SEGMENT_BASE_OP | cases[i].which << 16, cases[i].base,
				0),
		       cases[i].result, cases[i].name);
	tap_is(abi_call(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_SET_SEGMENT_BASE_OP, 0, 0),
	       -L4_EMSGTOOSHORT, "a base without a base");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "descriptors", descriptors }, { "loads", loads }, { "transfers", transfers },
	{ "messages", messages },       { "bases", bases },
};

TAP_MAIN("abi-segment")
