// SPDX-License-Identifier: MIT
/*
 * Segment loads and far transfers by hand. They come here only after the host has refused them, so
 * memory operands have been read by the processor and canonical addresses checked.
 */
#include "selector.h"

#include "../core/fault.h"
#include "../core/regs.h"
#include "../core/segment.h"
#include "../core/thread.h"
#include "decode.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>

#define FLAGS_IRET 0x244dd5UL /* what iret takes from the stack: all but IF and IOPL */
#define FLAGS_USER_KEPT 0x3200UL

/* A far pointer, or a frame on the stack. */
struct target {
	uint64_t ip, cs, flags, sp, ss;
};

static void done(struct thread *t, const struct insn *i)
{
	regs_single_step(t);
	t->regs.ip += i->in.length;
}

static bool refused(struct thread *t, unsigned sel, enum segment_use use)
{
	uint64_t err;
	unsigned trapno = segment_check(t, sel, use, &err);

	/* A thread's own code segments have a base the machine would have to add. */
	if (!trapno && use == SEGMENT_CODE && (sel & ~3U) != (L4_USER_CS32 & ~3U) &&
	    (sel & ~3U) != (L4_USER_CS64 & ~3U))
		trapno = L4_TRAP_GP;
	if (trapno)
		fault_exception(t, trapno, err, 0);
	return trapno;
}

static bool read_words(struct space *s, uint64_t va, unsigned size, uint64_t *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		words[i] = 0;
		if (decode_read(s, va + (uint64_t)i * size, &words[i], size, L4_FPAGE_R) != size)
			return false;
	}
	return true;
}

/* Selector that a register or memory operand holds; behind an offset in a far pointer. */
static bool operand_selector(struct thread *t, struct space *s, const struct insn *i, unsigned n,
			     unsigned offset, unsigned *sel)
{
	const ZydisDecodedOperand *op = &i->op[n];
	uint64_t v;

	if (op->type == ZYDIS_OPERAND_TYPE_REGISTER)
		v = decode_gpr(&t->regs, op->reg.value);
	else if (op->type != ZYDIS_OPERAND_TYPE_MEMORY ||
		 !read_words(s, decode_address(&t->regs, i, n) + offset, 2, &v, 1))
		return false;
	*sel = v & 0xffff;
	return true;
}

static void set_segment(struct thread *t, ZydisRegister reg, unsigned sel)
{
	switch (reg) {
	case ZYDIS_REGISTER_DS:
		t->regs.ds = sel;
		break;
	case ZYDIS_REGISTER_ES:
		t->regs.es = sel;
		break;
	case ZYDIS_REGISTER_FS:
		t->regs.fs = sel;
		break;
	case ZYDIS_REGISTER_GS:
		t->regs.gs = sel;
		break;
	default:
		t->regs.ss = sel;
		break;
	}
}

static bool is_segment(const ZydisDecodedOperand *op)
{
	return op->type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       ZydisRegisterGetClass(op->reg.value) == ZYDIS_REGCLASS_SEGMENT;
}

/* mov and pop of a segment register. */
static bool load(struct thread *t, struct space *s, const struct insn *i)
{
	ZydisRegister reg = i->op[0].reg.value;
	bool pop = i->in.mnemonic == ZYDIS_MNEMONIC_POP;
	unsigned sel, from = pop ? 2 : 1;

	if (!operand_selector(t, s, i, from, 0, &sel))
		return false;
	if (refused(t, sel, reg == ZYDIS_REGISTER_SS ? SEGMENT_STACK : SEGMENT_DATA))
		return true;
	set_segment(t, reg, sel);
	if (pop)
		t->regs.sp += i->in.operand_width / 8;
	done(t, i);
	return true;
}

/* lfs, lgs, lss: only what goes wrong; a far pointer to a segment of ours is too rare. */
static bool load_far(struct thread *t, struct space *s, const struct insn *i)
{
	bool stack = i->in.mnemonic == ZYDIS_MNEMONIC_LSS;
	unsigned sel;

	return operand_selector(t, s, i, 1, i->op[1].size / 8 - 2, &sel) &&
	       refused(t, sel, stack ? SEGMENT_STACK : SEGMENT_DATA);
}

static void go(struct thread *t, const struct insn *i, const struct target *to)
{
	done(t, i);
	t->regs.ip = to->ip;
	t->regs.cs = (to->cs & ~3U) == (L4_USER_CS32 & ~3U) ? L4_USER_CS32 : L4_USER_CS64;
}

static bool far_jump(struct thread *t, struct space *s, const struct insn *i)
{
	unsigned offset = i->op[0].size / 8 - 2, sel;
	struct target to = { 0 };

	if (i->in.mnemonic != ZYDIS_MNEMONIC_JMP && i->in.mnemonic != ZYDIS_MNEMONIC_CALL)
		return false;
	if (!operand_selector(t, s, i, 0, offset, &sel) ||
	    !read_words(s, decode_address(&t->regs, i, 0), offset, &to.ip, 1))
		return false;
	if (refused(t, sel, SEGMENT_CODE))
		return true;
	if (i->in.mnemonic == ZYDIS_MNEMONIC_CALL) /* the host's selector would be on the stack */
		return false;
	to.cs = sel;
	go(t, i, &to);
	return true;
}

static bool far_return(struct thread *t, struct space *s, const struct insn *i)
{
	unsigned size = i->in.operand_width / 8;
	struct target to = { 0 };

	if (!read_words(s, t->regs.sp, size, &to.ip, 2))
		return false;
	if (refused(t, to.cs & 0xffff, SEGMENT_CODE))
		return true;
	go(t, i, &to);
	t->regs.sp += 2UL * size;
	if (i->op[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
		t->regs.sp += i->op[0].imm.value.u;
	return true;
}

static bool interrupt_return(struct thread *t, struct space *s, const struct insn *i)
{
	struct target to = { 0 };

	if (t->regs.cs != L4_USER_CS64 ||
	    !read_words(s, t->regs.sp, i->in.operand_width / 8, &to.ip, 5))
		return false;
	if (refused(t, to.cs & 0xffff, SEGMENT_CODE) || refused(t, to.ss & 0xffff, SEGMENT_STACK))
		return true;
	go(t, i, &to);
	t->regs.flags = (to.flags & FLAGS_IRET) | (t->regs.flags & FLAGS_USER_KEPT) | 2;
	t->regs.sp = to.sp;
	t->regs.ss = to.ss & 0xffff;
	return true;
}

bool selector_trap(struct thread *t, struct space *s, const struct insn *i)
{
	switch (i->in.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_POP:
		return is_segment(&i->op[0]) && load(t, s, i);
	case ZYDIS_MNEMONIC_LFS:
	case ZYDIS_MNEMONIC_LGS:
	case ZYDIS_MNEMONIC_LSS:
		return load_far(t, s, i);
	case ZYDIS_MNEMONIC_IRET:
	case ZYDIS_MNEMONIC_IRETD:
	case ZYDIS_MNEMONIC_IRETQ:
		return interrupt_return(t, s, i);
	default:
		break;
	}
	if (i->in.meta.branch_type != ZYDIS_BRANCH_TYPE_FAR)
		return false;
	return i->in.mnemonic == ZYDIS_MNEMONIC_RET ? far_return(t, s, i) : far_jump(t, s, i);
}
