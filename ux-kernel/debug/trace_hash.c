// SPDX-License-Identifier: MIT
/* A running hash over 64-bit words. */
#include "trace_hash.h"

#include "../core/thread.h"
#include "../host/vtime.h"

#include <string.h>

#define FACTOR 0x9fb21c651e98df25ULL

static uint64_t hash, entries;

static void add(uint64_t word)
{
	hash ^= word;
	hash *= FACTOR;
	hash ^= hash >> 32;
}

void trace_hash_start(uint64_t h, uint64_t n)
{
	hash = h;
	entries = n;
}

void trace_hash_entry(enum entry_kind kind, const struct thread *t, uint64_t a, uint64_t b)
{
	uint64_t regs[sizeof(t->regs) / sizeof(uint64_t)];

	_Static_assert(sizeof(regs) == sizeof(t->regs), "registers are words");
	memcpy(regs, &t->regs, sizeof(regs));
	entries++;
	add(kind);
	add(t->obj.id);
	add(vtime_ticks());
	add(a);
	add(b);
	for (unsigned i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		add(regs[i]);
}

void trace_hash_output(const char *buf, size_t len)
{
	add(len);
	for (size_t i = 0; i < len; i++)
		add((unsigned char)buf[i]);
}

uint64_t trace_hash(uint64_t *n)
{
	*n = entries;
	return hash;
}
