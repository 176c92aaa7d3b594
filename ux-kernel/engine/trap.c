// SPDX-License-Identifier: MIT
/*
 * The host tells of a trap what a signal is made of, which is neither the vector nor, with the
 * ptrace engine, the error code. The instruction at ip tells the rest.
 */
#define _GNU_SOURCE
#include "trap.h"

#include "../core/arch.h"
#include "../core/entry.h"
#include "../core/fault.h"
#include "../core/regs.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../debug/gdb_hooks.h"
#include "../host/memory.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "../host/vtime.h"
#include "decode.h"
#include "engine.h"
#include "ioport.h"
#include "proc.h"
#include "selector.h"

#include <l4/abi/consts.h>
#include <sys/mman.h>

#ifndef TRAP_PERF
#define TRAP_PERF 6 /* si_code of a breakpoint */
#endif

#define FLAGS_RF 0x10000UL
#define OPCODE_INT 0xcd
#define OPCODE_INTO 0xce
#define OPCODE_INT1 0xf1

struct space *trap_space(struct thread *t)
{
	return t->vcpu.in_user ? &t->vcpu.user_task->space : &t->task->space;
}

static bool allows(unsigned rights, uint64_t access)
{
	return rights & (access == L4_PF_WRITE   ? L4_FPAGE_W
			 : access == L4_PF_FETCH ? L4_FPAGE_X
						 : L4_FPAGE_R);
}

/* A page fault of guest code: refill the TLB if the page tables allow the access, else report. */
static void page_fault(struct hproc *p, struct thread *t, const struct guest_stop *ev)
{
	const struct engine_thread *e = t->arch;
	uint64_t addr = (uint64_t)ev->si.si_addr;
	struct space *s = trap_space(t);
	struct mapping *m = space_lookup(s, addr);
	unsigned present = tlb_rights(p, addr);
	uint64_t access = L4_PF_WRITE, err;

	/* What the host allows cannot have faulted. Most often that tells; else the code does. */
	if (ev->has_error)
		access = ev->error & L4_PF_FETCH ? L4_PF_FETCH : ev->error & L4_PF_WRITE;
	else if (!present || present & L4_FPAGE_W || addr - t->regs.ip < DECODE_INSTRUCTION_MAX)
		access = decode_access(s, &t->regs, addr);
	if (access == L4_PF_WRITE && allows(present, access) && tlb_written(p, addr))
		return;
	if (allows(present, access))
		access = present & L4_FPAGE_W ? L4_PF_FETCH : L4_PF_WRITE;
	if (m && allows(m->rights, access)) {
		tlb_miss(p, m, addr, access);
		return;
	}
	/* The kernel of a guest keeps dirty bits itself: what it maps writable will be written. */
	tlb_await(p, e->recent->tid, addr, t->vcpu.in_user ? L4_PF_WRITE : access);
	err = L4_PF_USER | access | (m ? L4_PF_PRESENT : 0);
	fault_page_fault(t, addr, err);
}

/* Error code of what names a vector of the kernel. */
static uint64_t vector_error(unsigned vector)
{
	return vector * 8 + 2;
}

/*
 * The host lets programs raise #OF by instruction, with its ip behind it; the interface does not.
 * Faults set RF in the flags they save, instructions that trap do not. Returns the length of the
 * instruction, 0: it was something else.
 */
static unsigned after_overflow(struct space *s, const l4_exc_regs_t *r)
{
	unsigned char code[2];

	if ((r->flags & FLAGS_RF) || decode_read(s, r->ip - 2, code, 2, L4_FPAGE_X) != 2)
		return 0;
	if (code[0] == OPCODE_INT && code[1] == L4_TRAP_OF)
		return 2;
	return code[1] == OPCODE_INTO && r->cs == L4_USER_CS32;
}

/* In simulated time the host lets no program read its counter. */
static bool read_counter(struct thread *t, const struct insn *i)
{
	uint64_t ticks;

	if (!vtime_on() ||
	    (i->in.mnemonic != ZYDIS_MNEMONIC_RDTSC && i->in.mnemonic != ZYDIS_MNEMONIC_RDTSCP))
		return false;
	arch_entry(ENTRY_CLOCK, t, 0, 0);
	ticks = vtime_ticks();
	t->regs.rax = (uint32_t)ticks;
	t->regs.rdx = ticks >> 32;
	if (i->in.mnemonic == ZYDIS_MNEMONIC_RDTSCP)
		t->regs.rcx = 0; /* the number of the only CPU */
	t->regs.ip += i->in.length;
	regs_single_step(t);
	return true;
}

static void general_protection(struct thread *t)
{
	struct space *s = trap_space(t);
	unsigned len = after_overflow(s, &t->regs);
	struct insn i;

	if (len) {
		t->regs.ip -= len;
		fault_exception(t, L4_TRAP_GP, vector_error(L4_TRAP_OF), 0);
		return;
	}
	i.in.mnemonic = ZYDIS_MNEMONIC_INVALID;
	if (decode_insn(s, &t->regs, &i) &&
	    (read_counter(t, &i) || selector_trap(t, s, &i) || ioport_trap(t, s, &i)))
		return;
	if (i.in.mnemonic == ZYDIS_MNEMONIC_BOUND)
		fault_exception(t, L4_TRAP_BR, 0, 0);
	else if (i.in.mnemonic == ZYDIS_MNEMONIC_INT)
		fault_exception(t, L4_TRAP_GP, vector_error((uint8_t)i.op[0].imm.value.u), 0);
	else
		fault_exception(t, L4_TRAP_GP, 0, 0);
}

/* int1 on a virtual machine can leave ip where it was. */
static void debug(struct thread *t, const siginfo_t *si)
{
	unsigned char code[2];

	if (si->si_code == TRAP_BRKPT &&
	    decode_read(trap_space(t), t->regs.ip - 1, code, 2, L4_FPAGE_X) == 2 &&
	    code[0] != OPCODE_INT1 && code[1] == OPCODE_INT1)
		t->regs.ip++;
	fault_exception(t, L4_TRAP_DB, 0, 0);
}

/* The host has memory for the page of guest RAM at @addr in @s, or it is none. */
static bool is_backed(struct space *s, uint64_t addr)
{
	struct mapping *m = space_lookup(s, addr);
	uintptr_t ptr = m ? (uintptr_t)memory_ptr(m->pa + (addr - m->va)) : 0;

	return !ptr || !madvise((void *)(ptr & -L4_PAGESIZE), L4_PAGESIZE, MADV_POPULATE_WRITE);
}

static void bus_error(struct hproc *p, struct thread *t, const struct guest_stop *e)
{
	if (e->si.si_code == BUS_ADRALN) {
		fault_exception(t, L4_TRAP_AC, 0, 0);
	} else if (e->si.si_code == SI_KERNEL) {
		fault_exception(t, L4_TRAP_SS, 0, 0);
	} else if (is_backed(trap_space(t), (uint64_t)e->si.si_addr)) {
		page_fault(p, t, e); /* there is memory again, or the program made up its trap */
	} else {
		report_error("the host has no memory for guest RAM (address 0x%lx of thread %lu): "
			     "free some or start with a smaller -m",
			     (unsigned long)e->si.si_addr, t->obj.id);
		arch_shutdown(STOP_INTERNAL);
	}
}

/*
 * The seccomp filter refused a host call that no stop preceded. Only the host's emulation of its
 * vsyscall page gets there: a jump to an address that means nothing to an L4 program. The host
 * has already emulated the return, which is undone.
 */
static void vsyscall(struct thread *t, const siginfo_t *si)
{
	uint64_t ip = (uint64_t)si->si_call_addr;

	t->regs.sp -= 8;
	t->regs.ip = ip;
	fault_page_fault(t, ip, L4_PF_USER | L4_PF_FETCH);
}

void trap_signal(struct hproc *p, struct thread *t, const struct guest_stop *e)
{
	const siginfo_t *si = &e->si;

	switch (si->si_signo) {
	case SIGSEGV:
		if (si->si_code == SI_KERNEL)
			general_protection(t);
		else
			page_fault(p, t, e);
		break;
	case SIGBUS:
		bus_error(p, t, e);
		break;
	case SIGILL:
		fault_exception(t, L4_TRAP_UD, 0, 0);
		break;
	case SIGFPE:
		if (si->si_code == FPE_INTDIV)
			fault_exception(t, L4_TRAP_DE, 0, 0);
		else if (decode_is_x87(trap_space(t), &t->regs))
			fault_exception(t, L4_TRAP_MF, 0, 0);
		else
			fault_exception(t, L4_TRAP_XM, 0, 0);
		break;
	case SIGTRAP:
		if (gdb_active && gdb_trap(t, ((struct engine_thread *)t->arch)->recent, si))
			break;
		if (si->si_code == SI_KERNEL)
			fault_exception(t, L4_TRAP_BP, 0, 0);
		else if (si->si_code == TRAP_PERF)
			selread_trap(t);
		else
			debug(t, si);
		break;
	case SIGSYS:
		vsyscall(t, si);
		break;
	default:
		break;
	}
}

/*
 * `int 0x80` and friends stop like `syscall` does; to a program they are #GP. `syscall` from
 * 32-bit code exists on some processors only: #UD.
 */
void trap_syscall(struct thread *t)
{
	unsigned char code[2] = { 0 };
	l4_exc_regs_t *r = &t->regs;
	bool compat = r->cs == L4_USER_CS32;

	if (!compat && r->rcx == r->ip) { /* as `syscall` leaves it */
		fault_syscall(t);
		return;
	}
	decode_read(trap_space(t), r->ip - 2, code, 2, L4_FPAGE_X);
	if (code[0] == 0x0f && code[1] == 0x05 && !compat) {
		fault_syscall(t);
		return;
	}
	r->ip -= 2;
	if (code[0] == 0x0f)
		fault_exception(t, L4_TRAP_UD, 0, 0);
	else
		fault_exception(t, L4_TRAP_GP, vector_error(0x80), 0);
}
