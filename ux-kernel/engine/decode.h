/* SPDX-License-Identifier: MIT */
/*
 * What kind of access made an instruction fault. ptrace tells the address but not whether it was
 * written or fetched; the instruction does.
 */
#ifndef ENGINE_DECODE_H
#define ENGINE_DECODE_H

#include <l4/abi/utcb.h>
#include <stdbool.h>

struct space;

/* Bytes of the longest instruction. */
#define DECODE_INSTRUCTION_MAX 15U

/* Prepares the decoder. */
void decode_init(void);

/*
 * L4_PF_WRITE, L4_PF_FETCH or 0 (read) for a fault at @addr of the instruction at r->ip in @s.
 * An instruction that cannot be read or decoded counts as reading.
 */
uint64_t decode_access(struct space *s, const l4_exc_regs_t *r, uint64_t addr);

/* Whether the instruction at r->ip belongs to the x87 unit (and not to SSE). */
bool decode_is_x87(struct space *s, const l4_exc_regs_t *r);

/* Copies up to @len instruction bytes at @ip; returns how many could be read. */
unsigned decode_fetch(struct space *s, uint64_t ip, unsigned char *buf, unsigned len);

#endif
