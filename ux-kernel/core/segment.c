// SPDX-License-Identifier: MIT
/* Segment descriptors: what the processor would say about a selector. */
#include "segment.h"

#include "call.h"
#include "thread.h"

#include <l4/abi/consts.h>

#define PRESENT (1UL << 47)
#define DPL_SHIFT 45
#define NOT_SYSTEM (1UL << 44)
#define CODE (1UL << 43)
#define CONFORMING (1UL << 42)
#define READ_WRITE (1UL << 41) /* data: writable, code: readable */
#define LONG (1UL << 53)
#define DEFAULT_32 (1UL << 54)

#define USER (3UL << DPL_SHIFT)
#define FLAT_CODE32 (PRESENT | USER | NOT_SYSTEM | CODE | READ_WRITE | DEFAULT_32)
#define FLAT_CODE64 (PRESENT | USER | NOT_SYSTEM | CODE | READ_WRITE | LONG)
#define FLAT_DATA (PRESENT | USER | NOT_SYSTEM | READ_WRITE)

#define RPL 3U
#define LDT 4U

/* 0: no segment that a program could use. */
static uint64_t descriptor(const struct thread *t, unsigned sel)
{
	unsigned index = sel >> 3;

	if (sel & LDT)
		return 0;
	switch (index) {
	case L4_USER_CS32 >> 3:
		return FLAT_CODE32;
	case L4_USER_DS >> 3:
		return FLAT_DATA;
	case L4_USER_CS64 >> 3:
		return FLAT_CODE64;
	default:
		if (index - SEGMENT_USER_FIRST < SEGMENT_USER_ENTRIES)
			return t->gdt[index - SEGMENT_USER_FIRST];
		return 0;
	}
}

static bool fits(uint64_t d, unsigned sel, enum segment_use use)
{
	if (!(d & NOT_SYSTEM) || (d & USER) != USER)
		return false;
	switch (use) {
	case SEGMENT_DATA:
		return !(d & CODE) || (d & READ_WRITE);
	case SEGMENT_STACK:
		return (sel & RPL) == RPL && !(d & CODE) && (d & READ_WRITE);
	case SEGMENT_CODE:
		return (d & CODE) && !((d & LONG) && (d & DEFAULT_32));
	}
	return false;
}

unsigned segment_check(const struct thread *t, unsigned sel, enum segment_use use, uint64_t *err)
{
	uint64_t d = descriptor(t, sel);

	*err = sel & ~RPL;
	if (!*err)
		return use == SEGMENT_DATA ? 0 : L4_TRAP_GP;
	if (!fits(d, sel, use))
		return L4_TRAP_GP;
	if (!(d & PRESENT))
		return use == SEGMENT_STACK ? L4_TRAP_SS : L4_TRAP_NP;
	return 0;
}

uint64_t segment_base(const struct thread *t, unsigned sel, uint64_t base)
{
	uint64_t d;

	if (!(sel & ~RPL))
		return base;
	d = descriptor(t, sel);
	return (d >> 16 & 0xffffff) | (d >> 56) << 24;
}

/* Descriptors of the kernel's level or of the system kind could harm the kernel. */
static bool unsafe(uint64_t d)
{
	return (d & PRESENT) && (!(d & NOT_SYSTEM) || (d & USER) != USER);
}

uint64_t segment_control(struct thread *t, struct call *c)
{
	uint64_t start = c->mr[1];
	unsigned entry = start;

	if (c->words == 1) {
		c->mr[0] = SEGMENT_USER_FIRST;
		return call_tag(0, 1, 0);
	}
	for (unsigned i = 2; i < c->words && entry < SEGMENT_USER_ENTRIES; i++, entry++) {
		if (unsafe(c->mr[i]))
			return call_result(-L4_EINVAL);
		t->gdt[entry] = c->mr[i];
	}
	return call_result((long)((start << 3) + (SEGMENT_USER_FIRST << 3) + RPL));
}
