/* SPDX-License-Identifier: MIT */
/*
 * The state a root task begins with: registers, UTCB, capabilities. Read start.S first.
 */
#include "tap.h"

extern const l4_umword_t start_regs[17];
extern const l4_utcb_layout_t start_utcb;

static void registers(void)
{
	static const char *const names[] = {
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
		"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
	};

	for (unsigned i = 0; i < 16; i++)
		tap_isf((long)start_regs[i], 0, "%s is 0 at the start", names[i]);
	tap_is((long)start_regs[16], 0x202, "rflags is 0x202 at the start");
}

/* Nothing loads them before: a program starts with them and goes on with them. */
static void segments(void)
{
	unsigned ds, es, fs, gs, cs, ss;
	l4_umword_t wide = ~0UL, narrow = ~0UL;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
			 : "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs));
	tap_is(ds, 0x23, "ds is 0x23");
	tap_is(es, 0x23, "es is 0x23");
	tap_is(fs, 0, "fs is 0");
	tap_is(gs, 0, "gs is 0");
	__asm__ volatile("mov %%cs, %0; mov %%ss, %1" : "=r"(cs), "=r"(ss));
	tap_is(cs, 0x2b, "cs is 0x2b");
	tap_is(ss, 0x23, "ss is 0x23");
	__asm__ volatile("rex.w mov %%cs, %k0; movw %%ss, %w1" : "+r"(wide), "+r"(narrow));
	tap_is((long)wide, 0x2b, "cs in a 64-bit register");
	tap_is((long)narrow, (long)0xffffffffffff0023UL, "ss in a 16-bit register");
}

static void utcb(void)
{
	l4_umword_t sum = 0, self_by_gs, bdr_by_gs;

	tap_is((long)start_utcb.self, 0x7fff000000L, "the UTCB knows its address, 0x7fff000000");
	for (unsigned i = 0; i < 63; i++)
		sum |= start_utcb.mr[i];
	tap_is((long)sum, 0, "message registers are 0 at the start");
	tap_is((long)start_utcb.bdr, 0, "the buffer descriptor is 0 at the start");
	sum = 0;
	for (unsigned i = 0; i < 58; i++)
		sum |= start_utcb.br[i];
	tap_is((long)sum, 0, "buffer registers are 0 at the start");
	tap_is((long)start_utcb.error, 0, "the error register is 0 at the start");
	tap_is((long)start_utcb.free_marker, 0, "the free marker is 0 at the start");
	for (unsigned i = 0; i < 3; i++)
		tap_isf((long)start_utcb.user[i], 0, "user word %u is 0 at the start", i);
	__asm__ volatile("mov %%gs:0, %0" : "=r"(self_by_gs));
	tap_is((long)self_by_gs, 0x7fff000000L, "gs:0 reads the UTCB's address");
	l4_utcb_br()->bdr = 0x123;
	__asm__ volatile("mov %%gs:8, %0" : "=r"(bdr_by_gs));
	tap_is((long)bdr_by_gs, 0x123, "gs base is the UTCB's address + 0x1f8");
	l4_utcb_br()->bdr = 0;
}

static void capabilities(void)
{
	for (unsigned i = 0; i < 16; i++) {
		int there = (i >= 1 && i <= 7) || i == 10;

		tap_isf(abi_present((l4_cap_idx_t)i << L4_CAP_SHIFT), there, "capability %u is %s",
			i, there ? "present" : "absent");
	}
}

static const struct tap_group groups[] = {
	{ "registers", registers },
	{ "segments", segments },
	{ "utcb", utcb },
	{ "capabilities", capabilities },
};

TAP_MAIN("abi-start")
