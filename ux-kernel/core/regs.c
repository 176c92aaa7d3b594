// SPDX-License-Identifier: MIT
/* Register values a program may have, and what happens on the way back to it. */
#include "regs.h"

#include "fault.h"
#include "segment.h"
#include "thread.h"

#include <l4/abi/consts.h>
#include <string.h>

#define FLAGS_USER 0x240dd5UL /* flag bits a program controls: CF PF AF ZF SF TF DF OF AC ID */
#define FLAGS_FIXED 0x202UL   /* IF and the bit that is always one */
#define FLAGS_TF 0x100UL
#define FLAGS_AC 0x40000UL

/* Mark in the code segment of a frame made by `syscall`. */
#define CS_SYSCALL 0x80UL

static uint64_t canonical(uint64_t base)
{
	return (uint64_t)((int64_t)(base << 16) >> 16) == base ? base : 0;
}

static unsigned short data_selector(const struct thread *t, unsigned short sel)
{
	uint64_t err;

	return segment_check(t, sel, SEGMENT_DATA, &err) ? 0 : sel;
}

void regs_load_frame(struct thread *t, const l4_exc_regs_t *src)
{
	l4_exc_regs_t *r = &t->regs;

	memcpy(r, src, offsetof(l4_exc_regs_t, fs_base));
	r->flags = (r->flags & FLAGS_USER) | FLAGS_FIXED;
	r->cs = r->cs == L4_USER_CS32 ? L4_USER_CS32 : L4_USER_CS64;
	r->ss &= 0xffff;
}

void regs_load_segments(struct thread *t, const l4_exc_regs_t *src)
{
	l4_exc_regs_t *r = &t->regs;

	r->fs_base = canonical(src->fs_base);
	r->gs_base = canonical(src->gs_base);
	r->ds = data_selector(t, src->ds);
	r->es = data_selector(t, src->es);
	r->fs = data_selector(t, src->fs);
	r->gs = data_selector(t, src->gs);
}

void regs_syscall_frame(struct thread *t)
{
	t->regs.rcx = t->regs.r8; /* the frame's slot of rcx holds the timeouts */
	t->regs.cs |= CS_SYSCALL;
}

void regs_single_step(struct thread *t)
{
	if (t->regs.flags & FLAGS_TF)
		t->trap_pending |= TRAP_STEP;
}

bool regs_allow_misaligned(struct thread *t)
{
	bool checked = t->regs.flags & FLAGS_AC;

	t->regs.flags &= ~FLAGS_AC;
	return checked;
}

/* `iret` refuses the selectors a handler has left: a bad stack, or the mark of `syscall`. */
static void check_return(struct thread *t)
{
	uint64_t err = t->regs.cs & CS_SYSCALL;
	unsigned trapno = err ? L4_TRAP_GP : 0;

	if (!trapno)
		trapno = segment_check(t, t->regs.ss, SEGMENT_STACK, &err);
	if (trapno)
		fault_exception(t, trapno, err, 0);
}

bool regs_irregular(const struct thread *t)
{
	return t->trap_pending || t->regs.ss != L4_USER_DS || (t->regs.cs & CS_SYSCALL);
}

void regs_trap(struct thread *t)
{
	unsigned pending = t->trap_pending;

	if (pending & TRAP_ALIEN) {
		t->trap_pending &= ~(TRAP_ALIEN | TRAP_STEP);
		regs_syscall_frame(t);
		fault_exception(t, L4_TRAP_SYSCALL, 1, 0);
	} else if (pending & TRAP_EX_REGS) {
		t->trap_pending &= ~TRAP_EX_REGS;
		fault_exception(t, L4_TRAP_EX_REGS, 0, 0);
	} else if (pending & TRAP_STEP) {
		t->trap_pending &= ~TRAP_STEP;
		fault_exception(t, L4_TRAP_DB, 0, 0);
	} else {
		check_return(t);
	}
}
