// SPDX-License-Identifier: MIT
/* `in` and `out` without a device. */
#include "ioport.h"

#include "../core/fault.h"
#include "../core/ports.h"
#include "../core/regs.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../host/dirty.h"
#include "../host/memory.h"
#include "decode.h"

#include <l4/abi/consts.h>
#include <string.h>

#define FLAGS_DF 0x400UL
#define BURST 4096U /* of a string instruction; the rest when it traps again */

static struct task *active_task(const struct thread *t)
{
	return t->vcpu.in_user ? t->vcpu.user_task : t->task;
}

static bool allowed(const struct thread *t, const ZydisDecodedOperand *port, unsigned size)
{
	unsigned n = port->type == ZYDIS_OPERAND_TYPE_IMMEDIATE ? port->imm.value.u & 0xff
								: t->regs.rdx & 0xffff;

	return ports_allowed(active_task(t), n, size);
}

static void done(struct thread *t, const struct insn *i)
{
	t->regs.ip += i->in.length;
	regs_single_step(t);
}

/* Bytes of one element: to memory, or from it. false: the page fault was raised. */
static bool element(struct thread *t, struct space *s, uint64_t at, unsigned size, bool write)
{
	for (unsigned n = 0; n < size; n++) {
		struct mapping *m = space_lookup(s, at + n);
		unsigned char *p = m ? memory_ptr(m->pa + (at + n - m->va)) : NULL;

		if (!p || !(m->rights & (write ? L4_FPAGE_W : L4_FPAGE_R))) {
			fault_page_fault(t, at + n,
					 L4_PF_USER | (write ? L4_PF_WRITE : 0) |
						 (m ? L4_PF_PRESENT : 0));
			return false;
		}
		if (write) {
			dirty_name(m->pa + (at + n - m->va));
			*p = 0xff;
		}
		m->flags |= MAPPING_REFERENCED | (write ? MAPPING_DIRTY : 0);
	}
	return true;
}

/* `ins` and `outs`, which count and step in registers of the address size. */
static void string(struct thread *t, struct space *s, const struct insn *i, unsigned size, bool in)
{
	uint64_t mask = i->in.address_width == 64 ? UINT64_MAX : UINT32_MAX;
	uint64_t *index = in ? &t->regs.rdi : &t->regs.rsi;
	uint64_t step = t->regs.flags & FLAGS_DF ? -(uint64_t)size : size;
	bool rep = i->in.attributes &
		   (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE);

	for (unsigned n = 0; !rep || (t->regs.rcx & mask); n++) {
		uint64_t at = *index & mask;

		if (rep && n == BURST)
			return;
		if (!in && i->op[1].mem.segment == ZYDIS_REGISTER_FS)
			at += t->regs.fs_base;
		else if (!in && i->op[1].mem.segment == ZYDIS_REGISTER_GS)
			at += t->regs.gs_base;
		if (!element(t, s, at, size, in))
			return;
		*index = (*index + step) & mask;
		if (!rep)
			break;
		t->regs.rcx = (t->regs.rcx - 1) & mask;
	}
	done(t, i);
}

bool ioport_trap(struct thread *t, struct space *s, const struct insn *i)
{
	unsigned size;

	switch (i->in.mnemonic) {
	case ZYDIS_MNEMONIC_IN:
		size = i->op[0].size / 8;
		if (!allowed(t, &i->op[1], size))
			return false;
		if (size == 4)
			t->regs.rax = UINT32_MAX;
		else
			t->regs.rax |= size == 2 ? 0xffffU : 0xffU;
		done(t, i);
		return true;
	case ZYDIS_MNEMONIC_OUT:
		if (!allowed(t, &i->op[0], i->op[1].size / 8))
			return false;
		done(t, i);
		return true;
	case ZYDIS_MNEMONIC_INSB:
	case ZYDIS_MNEMONIC_INSW:
	case ZYDIS_MNEMONIC_INSD:
		size = i->op[0].size / 8;
		if (!allowed(t, &i->op[1], size))
			return false;
		string(t, s, i, size, true);
		return true;
	case ZYDIS_MNEMONIC_OUTSB:
	case ZYDIS_MNEMONIC_OUTSW:
	case ZYDIS_MNEMONIC_OUTSD:
		size = i->op[1].size / 8;
		if (!allowed(t, &i->op[0], size))
			return false;
		string(t, s, i, size, false);
		return true;
	default:
		return false;
	}
}
