// SPDX-License-Identifier: MIT
/* Looks for reads of cs and ss. */
#include "selfind.h"

#include "decode.h"

#include <string.h>

/* mov of a segment register; the next byte names it and where it goes. */
#define OPCODE 0x8c
#define TO_REGISTER 0xc0U
#define SEGMENT(modrm) ((modrm) >> 3 & 7U)
#define SEGMENT_CS 1U
#define SEGMENT_SS 2U

/* Bytes before a place that are decoded to find out where its instruction begins. */
#define SWEEP 128U

bool selfind_is_read(const struct insn *i)
{
	return i->in.mnemonic == ZYDIS_MNEMONIC_MOV &&
	       i->op[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       i->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       (i->op[1].reg.value == ZYDIS_REGISTER_CS || i->op[1].reg.value == ZYDIS_REGISTER_SS);
}

static bool looks_like_read(const unsigned char *at)
{
	unsigned modrm = at[1];

	return modrm >= TO_REGISTER &&
	       (SEGMENT(modrm) == SEGMENT_CS || SEGMENT(modrm) == SEGMENT_SS);
}

/*
 * Whether the bytes at @at are a read, and where it begins, depends on what comes before: decoding
 * from some way off, at @pos, finds the beginnings of instructions soon.
 */
static const unsigned char *read_with(const unsigned char *pos, const unsigned char *at,
				      const unsigned char *end)
{
	struct insn i;

	while (pos <= at) {
		if (!decode_code(pos, end - pos, &i))
			pos++;
		else if (pos + i.in.length > at)
			return selfind_is_read(&i) ? pos : NULL;
		else
			pos += i.in.length;
	}
	return NULL;
}

bool selfind_next(const unsigned char *code, size_t len, size_t lead, size_t *from,
		  ptrdiff_t *begin)
{
	const unsigned char *at = code + *from, *end = code + len, *found;

	for (; at + 1 < end && (at = memchr(at, OPCODE, end - at - 1)); at++) {
		size_t sweep = lead + (size_t)(at - code);

		if (!looks_like_read(at))
			continue;
		found = read_with(at - (sweep < SWEEP ? sweep : SWEEP), at, end);
		if (!found)
			continue;
		*from = at + 1 - code;
		*begin = found - code;
		return true;
	}
	return false;
}
