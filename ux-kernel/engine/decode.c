// SPDX-License-Identifier: MIT
/* Access classification with the Zydis decoder. */
#include "decode.h"

#include "../core/space.h"
#include "../host/memory.h"

#include <Zydis/Zydis.h>
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

unsigned decode_fetch(struct space *s, uint64_t ip, unsigned char *buf, unsigned len)
{
	unsigned got = 0;

	while (got < len) {
		struct mapping *m = space_lookup(s, ip + got);
		unsigned in_page = L4_PAGESIZE - (ip + got) % L4_PAGESIZE;
		unsigned n = len - got < in_page ? len - got : in_page;
		const unsigned char *p;

		if (!m || !(m->rights & L4_FPAGE_X))
			break;
		p = memory_ptr(m->pa + (ip + got - m->va));
		if (!p)
			break;
		memcpy(buf + got, p, n);
		got += n;
	}
	return got;
}

static uint64_t gpr(const l4_exc_regs_t *r, ZydisRegister reg)
{
	switch (ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg)) {
	case ZYDIS_REGISTER_RAX:
		return r->rax;
	case ZYDIS_REGISTER_RBX:
		return r->rbx;
	case ZYDIS_REGISTER_RCX:
		return r->rcx;
	case ZYDIS_REGISTER_RDX:
		return r->rdx;
	case ZYDIS_REGISTER_RSP:
		return r->sp;
	case ZYDIS_REGISTER_RBP:
		return r->rbp;
	case ZYDIS_REGISTER_RSI:
		return r->rsi;
	case ZYDIS_REGISTER_RDI:
		return r->rdi;
	case ZYDIS_REGISTER_R8:
		return r->r8;
	case ZYDIS_REGISTER_R9:
		return r->r9;
	case ZYDIS_REGISTER_R10:
		return r->r10;
	case ZYDIS_REGISTER_R11:
		return r->r11;
	case ZYDIS_REGISTER_R12:
		return r->r12;
	case ZYDIS_REGISTER_R13:
		return r->r13;
	case ZYDIS_REGISTER_R14:
		return r->r14;
	case ZYDIS_REGISTER_R15:
		return r->r15;
	default:
		return 0;
	}
}

static uint64_t operand_address(const l4_exc_regs_t *r, const ZydisDecodedInstruction *in,
				const ZydisDecodedOperand *op)
{
	uint64_t a = op->mem.disp.has_displacement ? op->mem.disp.value : 0;

	if (op->mem.base == ZYDIS_REGISTER_RIP)
		a += r->ip + in->length;
	else
		a += gpr(r, op->mem.base);
	a += gpr(r, op->mem.index) * op->mem.scale;
	if (op->mem.segment == ZYDIS_REGISTER_FS)
		a += r->fs_base;
	else if (op->mem.segment == ZYDIS_REGISTER_GS)
		a += r->gs_base;
	if (in->address_width == 32)
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
	unsigned char code[ZYDIS_MAX_INSTRUCTION_LENGTH];
	ZydisDecodedInstruction in;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
	unsigned len = decode_fetch(s, r->ip, code, sizeof(code));

	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder_of(r), code, len, &in, op)) &&
	       (in.meta.isa_set == ZYDIS_ISA_SET_X87 || in.meta.category == ZYDIS_CATEGORY_X87_ALU);
}

uint64_t decode_access(struct space *s, const l4_exc_regs_t *r, uint64_t addr)
{
	unsigned char code[ZYDIS_MAX_INSTRUCTION_LENGTH];
	ZydisDecodedInstruction in;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
	bool any_write = false, any_read = false;
	unsigned len = decode_fetch(s, r->ip, code, sizeof(code));

	if (addr == r->ip || (addr > r->ip && addr - r->ip < sizeof(code) &&
			      addr % L4_PAGESIZE == 0 && addr - r->ip >= len))
		return L4_PF_FETCH;
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder_of(r), code, len, &in, op)))
		return 0;
	for (unsigned i = 0; i < in.operand_count; i++) {
		uint64_t a, size = op[i].size / 8 ? op[i].size / 8 : 1;

		if (op[i].type != ZYDIS_OPERAND_TYPE_MEMORY ||
		    op[i].mem.type != ZYDIS_MEMOP_TYPE_MEM)
			continue;
		a = operand_address(r, &in, &op[i]);
		if (op[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) {
			if (covers(a, size, addr))
				return L4_PF_WRITE;
			any_write = true;
		} else {
			if (covers(a, size, addr))
				return 0;
			any_read = true;
		}
	}
	/* State-saving instructions have areas larger than the decoder knows. */
	return any_write && !any_read ? L4_PF_WRITE : 0;
}
