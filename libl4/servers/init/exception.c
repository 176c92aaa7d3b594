/* SPDX-License-Identifier: MIT */
/* The last words of a program that did something nobody handles. */
#include "pager.h"
#include "report.h"

#include <l4/sys/utcb.h>

static const char *trap_name(l4_umword_t trap)
{
	switch (trap) {
	case L4_TRAP_DE:
		return "division error";
	case L4_TRAP_DB:
		return "debug trap";
	case L4_TRAP_BP:
		return "breakpoint";
	case L4_TRAP_UD:
		return "invalid instruction";
	case L4_TRAP_GP:
		return "general protection fault";
	case L4_TRAP_PF:
		return "page fault";
	case L4_TRAP_MF:
	case L4_TRAP_XM:
		return "floating-point error";
	case L4_TRAP_AC:
		return "misaligned access";
	default:
		return "exception";
	}
}

void pager_exception(const struct program *p)
{
	l4_exc_regs_t r = *l4_utcb_exc();

	report("%s died: %s (trap %lu, error 0x%lx) at ip 0x%lx, address 0x%lx", p->name,
	       trap_name(r.trapno), r.trapno, r.err, r.ip, r.trapno == L4_TRAP_PF ? r.pfa : 0);
	report("  rax %016lx rbx %016lx rcx %016lx rdx %016lx", r.rax, r.rbx, r.rcx, r.rdx);
	report("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx", r.rsi, r.rdi, r.rbp, r.sp);
	report("  r8  %016lx r9  %016lx r10 %016lx r11 %016lx", r.r8, r.r9, r.r10, r.r11);
	report("  r12 %016lx r13 %016lx r14 %016lx r15 %016lx", r.r12, r.r13, r.r14, r.r15);
	report("  rip %016lx flags %lx fs %lx gs %lx", r.ip, r.flags, r.fs_base, r.gs_base);
}
