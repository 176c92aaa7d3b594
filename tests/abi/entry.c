/* SPDX-License-Identifier: MIT */
/*
 * Extension ux_entry: the system call by a call of the kernel's code. Without the extension there
 * is nothing to test.
 */
#include "tap.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <stdbool.h>

#define ROUNDS 20000
#define FS_BASE 0x123456789000UL
#define VECTOR 0x0123456789abcdefUL

void entry_regs(l4_umword_t regs[14], l4_umword_t dest, l4_umword_t tag, l4_umword_t entry);

static bool is_there(const char *rule)
{
	if (l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_ENTRY))
		return true;
	tap_skip(rule, "this kernel does not announce ux_entry");
	return false;
}

/* The task answers whether a capability is valid: label 1 and no words. */
static void ask(l4_umword_t regs[14])
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = L4_TASK_CAP_INFO_OP;
	mr[1] = L4_BASE_TASK_CAP;
	entry_regs(regs, L4_BASE_TASK_CAP | L4_SYSF_CALL, (l4_umword_t)L4_PROTO_TASK << 16 | 2,
		   L4_UX_ENTRY);
}

static void set_fs(l4_umword_t base)
{
	__asm__ volatile("wrfsbase %0" : : "r"(base));
}

static void registers(void)
{
	static const char *const names[] = {
		"rbx", "rbp", "r9", "r10", "r12", "r13", "r14", "r15"
	};
	static const long values[] = { 0x1111, 0x2222, 0x9999, 0xaaaa,
				       0xcccc, 0xdddd, 0xeeee, 0xffff };
	l4_umword_t regs[14];

	if (!is_there("registers"))
		return;
	set_fs(FS_BASE);
	ask(regs);
	tap_is((long)regs[0] >> 16, 1, "rax is the answer's tag");
	tap_is((long)regs[3], 0x12345678, "r8 is preserved");
	for (unsigned i = 0; i < 8; i++)
		tap_isf((long)regs[4 + i], values[i], "%s is preserved", names[i]);
	tap_is((long)regs[12], 0, "rsp is preserved");
	tap_is((long)regs[13], FS_BASE, "the base of fs is preserved");
}

/* The vector state stays, and segment bases that were changed in between. */
static void many(void)
{
	unsigned long wrong = 0;
	l4_umword_t regs[14], vector;

	if (!is_there("many calls"))
		return;
	for (unsigned i = 0; i < ROUNDS; i++) {
		set_fs(FS_BASE + i);
		__asm__ volatile("movq %0, %%xmm7" : : "r"(VECTOR + i) : "xmm7");
		ask(regs);
		__asm__ volatile("movq %%xmm7, %0" : "=r"(vector));
		wrong += (long)regs[0] >> 16 != 1 || regs[13] != FS_BASE + i ||
			 vector != VECTOR + i;
	}
	tap_is(wrong, 0, "20000 calls, interrupts among them, change nothing");
}

static const struct tap_group groups[] = {
	{ "registers", registers },
	{ "many", many },
};

TAP_MAIN("entry")
