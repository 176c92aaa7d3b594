/* SPDX-License-Identifier: MIT */
/*
 * What an instruction of a program is and touches. ptrace tells the address of a fault but not
 * whether it was written or fetched, and of other traps not even the vector; the instruction does.
 */
#ifndef ENGINE_DECODE_H
#define ENGINE_DECODE_H

#include <Zydis/Zydis.h>
#include <l4/abi/utcb.h>
#include <stdbool.h>

struct space;

/* Bytes of the longest instruction. */
#define DECODE_INSTRUCTION_MAX 15U

struct insn {
	ZydisDecodedInstruction in;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
};

/* Prepares the decoder. */
void decode_init(void);

/* The instruction at r->ip in @s. false: it cannot be read, or it is none. */
bool decode_insn(struct space *s, const l4_exc_regs_t *r, struct insn *i);

/* The same of 64-bit code in the kernel's own memory, of which there are @len bytes. */
bool decode_code(const void *code, size_t len, struct insn *i);

/*
 * L4_PF_WRITE, L4_PF_FETCH or 0 (read) for a fault at @addr of the instruction at r->ip in @s.
 * An instruction that cannot be read or decoded counts as reading.
 */
uint64_t decode_access(struct space *s, const l4_exc_regs_t *r, uint64_t addr);

/* Whether the instruction at r->ip belongs to the x87 unit (and not to SSE). */
bool decode_is_x87(struct space *s, const l4_exc_regs_t *r);

/* Copies up to @len bytes at @va that @right allows to touch; returns how many there are. */
unsigned decode_read(struct space *s, uint64_t va, void *buf, unsigned len, unsigned right);

/*
 * A general register: its value, and setting it as an instruction of @size bytes does; address of
 * a memory operand.
 */
uint64_t decode_gpr(const l4_exc_regs_t *r, ZydisRegister reg);
void decode_set_gpr(l4_exc_regs_t *r, ZydisRegister reg, unsigned size, uint64_t value);
uint64_t decode_address(const l4_exc_regs_t *r, const struct insn *i, unsigned op);

#endif
