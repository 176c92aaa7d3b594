// SPDX-License-Identifier: MIT
/* Access classification with the Zydis decoder. */
#include "decode.h"

#include "../core/space.h"
#include "../host/memory.h"

#include <string.h>

static ZydisDecoder decoder64, decoder32;

void decode_init(void)
{
	ZydisDecoderInit(&decoder64, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	ZydisDecoderInit(&decoder32, ZYDIS_MACHINE_MODE_LONG_COMPAT_32, ZYDIS_STACK_WIDTH_32);
}

static const ZydisDecoder *decoder_of(const l4_exc_regs_t *r)
{
	return r->cs == L4_USER_CS32 ? &decoder32 : &decoder64;
}

unsigned decode_read(struct space *s, uint64_t va, void *buf, unsigned len, unsigned right)
{
	unsigned got = 0;

	while (got < len) {
		struct mapping *m = space_lookup(s, va + got);
		unsigned in_page = L4_PAGESIZE - (va + got) % L4_PAGESIZE;
		unsigned n = len - got < in_page ? len - got : in_page;
		const unsigned char *p;

		if (!m || !(m->rights & right))
			break;
		p = memory_ptr(m->pa + (va + got - m->va));
		if (!p)
			break;
		memcpy((char *)buf + got, p, n);
		got += n;
	}
	return got;
}

static bool decode_bytes(const l4_exc_regs_t *r, const void *code, unsigned len, struct insn *i)
{
	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder_of(r), code, len, &i->in, i->op));
}

bool decode_insn(struct space *s, const l4_exc_regs_t *r, struct insn *i)
{
	unsigned char code[ZYDIS_MAX_INSTRUCTION_LENGTH];
	unsigned len = decode_read(s, r->ip, code, sizeof(code), L4_FPAGE_X);

	return decode_bytes(r, code, len, i);
}

static l4_umword_t *gpr(l4_exc_regs_t *r, ZydisRegister reg)
{
	switch (ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg)) {
	case ZYDIS_REGISTER_RAX:
		return &r->rax;
	case ZYDIS_REGISTER_RBX:
		return &r->rbx;
	case ZYDIS_REGISTER_RCX:
		return &r->rcx;
	case ZYDIS_REGISTER_RDX:
		return &r->rdx;
	case ZYDIS_REGISTER_RSP:
		return &r->sp;
	case ZYDIS_REGISTER_RBP:
		return &r->rbp;
	case ZYDIS_REGISTER_RSI:
		return &r->rsi;
	case ZYDIS_REGISTER_RDI:
		return &r->rdi;
	case ZYDIS_REGISTER_R8:
		return &r->r8;
	case ZYDIS_REGISTER_R9:
		return &r->r9;
	case ZYDIS_REGISTER_R10:
		return &r->r10;
	case ZYDIS_REGISTER_R11:
		return &r->r11;
	case ZYDIS_REGISTER_R12:
		return &r->r12;
	case ZYDIS_REGISTER_R13:
		return &r->r13;
	case ZYDIS_REGISTER_R14:
		return &r->r14;
	case ZYDIS_REGISTER_R15:
		return &r->r15;
	default:
		return NULL;
	}
}

uint64_t decode_gpr(const l4_exc_regs_t *r, ZydisRegister reg)
{
	const l4_umword_t *p = gpr((l4_exc_regs_t *)r, reg);

	return p ? *p : 0;
}

void decode_set_gpr(l4_exc_regs_t *r, ZydisRegister reg, unsigned size, uint64_t value)
{
	l4_umword_t *p = gpr(r, reg);

	if (p)
		*p = size == 2 ? (*p & ~0xffffUL) | (value & 0xffff) : value;
}

uint64_t decode_address(const l4_exc_regs_t *r, const struct insn *i, unsigned n)
{
	const ZydisDecodedOperand *op = &i->op[n];
	uint64_t a = op->mem.disp.has_displacement ? op->mem.disp.value : 0;

	if (op->mem.base == ZYDIS_REGISTER_RIP)
		a += r->ip + i->in.length;
	else
		a += decode_gpr(r, op->mem.base);
	a += decode_gpr(r, op->mem.index) * op->mem.scale;
	if (op->mem.segment == ZYDIS_REGISTER_FS)
		a += r->fs_base;
	else if (op->mem.segment == ZYDIS_REGISTER_GS)
		a += r->gs_base;
	if (i->in.address_width == 32)
		a = (uint32_t)a;
	/* Pushes (calls too) write below the stack pointer they find. */
	if (op->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN &&
	    op->mem.base == ZYDIS_REGISTER_RSP && (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
		a -= op->size / 8;
	return a;
}

static bool covers(uint64_t start, uint64_t size, uint64_t addr)
{
	return addr >= start && addr - start < size;
}

bool decode_is_x87(struct space *s, const l4_exc_regs_t *r)
{
	struct insn i;

	return decode_insn(s, r, &i) && (i.in.meta.isa_set == ZYDIS_ISA_SET_X87 ||
					 i.in.meta.category == ZYDIS_CATEGORY_X87_ALU);
}

bool decode_code(const void *code, size_t len, struct insn *i)
{
	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder64, code, len, &i->in, i->op));
}

uint64_t decode_access(struct space *s, const l4_exc_regs_t *r, uint64_t addr)
{
	unsigned char code[ZYDIS_MAX_INSTRUCTION_LENGTH];
	struct insn insn;
	bool any_write = false, any_read = false;
	unsigned len = decode_read(s, r->ip, code, sizeof(code), L4_FPAGE_X);

	if (addr == r->ip || (addr > r->ip && addr - r->ip < sizeof(code) &&
			      addr % L4_PAGESIZE == 0 && addr - r->ip >= len))
		return L4_PF_FETCH;
	if (!decode_bytes(r, code, len, &insn))
		return 0;
	for (unsigned i = 0; i < insn.in.operand_count; i++) {
		const ZydisDecodedOperand *op = &insn.op[i];
		uint64_t a, size = op->size / 8 ? op->size / 8 : 1;

		if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || op->mem.type != ZYDIS_MEMOP_TYPE_MEM)
			continue;
		a = decode_address(r, &insn, i);
		if (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) {
			if (covers(a, size, addr))
				return L4_PF_WRITE;
			any_write = true;
		} else {
			if (covers(a, size, addr))
				return 0;
			any_read = true;
		}
	}
	/* The second part of an instruction that crosses into a page the machine lacks. */
	if (covers(r->ip, insn.in.length, addr))
		return L4_PF_FETCH;
	/* State-saving instructions have areas larger than the decoder knows. */
	return any_write && !any_read ? L4_PF_WRITE : 0;
}
