/* SPDX-License-Identifier: MIT */
/* Where code reads cs or ss into a register (selread.h). */
#ifndef ENGINE_SELFIND_H
#define ENGINE_SELFIND_H

#include <stdbool.h>
#include <stddef.h>

struct insn;

bool selfind_is_read(const struct insn *i);

/*
 * The first read whose instruction has its opcode at or behind @from in the @len bytes of @code:
 * @begin is where it begins. false: there is none. Before @code there are @lead more bytes of it:
 * without them bytes in the middle of an instruction can be taken for a read.
 */
bool selfind_next(const unsigned char *code, size_t len, size_t lead, size_t *from,
		  ptrdiff_t *begin);

#endif
