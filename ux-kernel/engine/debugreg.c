// SPDX-License-Identifier: MIT
/* Debug registers through ptrace. */
#define _GNU_SOURCE
#include "debugreg.h"

#include "engine.h"
#include "proc.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define REGISTERS 4U /* of the processor, for each task */
#define ENTRIES 32U
#define STATUS 6U
#define CONTROL 7U

static struct entry {
	struct space *space; /* NULL: free */
	uint64_t addr;
	unsigned len;
	enum debugreg_kind kind;
} entry[ENTRIES];

unsigned debugreg_generation;
bool engine_single_step;

static struct entry *find(struct space *s, uint64_t addr, unsigned len, enum debugreg_kind kind)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		if (entry[i].space == s && entry[i].addr == addr && entry[i].len == len &&
		    entry[i].kind == kind)
			return &entry[i];
	return NULL;
}

unsigned debugreg_used(const struct space *s)
{
	unsigned used = 0;

	for (unsigned i = 0; i < ENTRIES; i++)
		used += entry[i].space == s;
	return used;
}

int debugreg_add(struct space *s, uint64_t addr, unsigned len, enum debugreg_kind kind)
{
	struct entry *free_one = NULL;

	if (engine != &engine_ptrace)
		return -ENOTSUP;
	if ((len != 1 && len != 2 && len != 4 && len != 8) || addr & (len - 1) ||
	    (kind == DEBUGREG_EXEC && len != 1))
		return -EINVAL;
	if (find(s, addr, len, kind))
		return 0;
	for (unsigned i = 0; i < ENTRIES; i++)
		if (!entry[i].space)
			free_one = &entry[i];
	if (debugreg_used(s) == REGISTERS || !free_one)
		return -ENOSPC;
	*free_one = (struct entry){ s, addr, len, kind };
	debugreg_generation++;
	return 0;
}

int debugreg_remove(struct space *s, uint64_t addr, unsigned len, enum debugreg_kind kind)
{
	struct entry *e = find(s, addr, len, kind);

	if (!e)
		return -ENOENT;
	e->space = NULL;
	debugreg_generation++;
	return 0;
}

void debugreg_clear(struct space *s)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		if (entry[i].space == s) {
			entry[i].space = NULL;
			debugreg_generation++;
		}
}

static int poke(pid_t tid, unsigned reg, uint64_t value)
{
	size_t at = offsetof(struct user, u_debugreg) + reg * sizeof(long);

	return ptrace(PTRACE_POKEUSER, tid, at, value) < 0 ? -errno : 0;
}

/* Of register @i: enabled, kind and length. */
static uint64_t control_bits(const struct entry *e, unsigned i)
{
	static const uint8_t length[9] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };

	return 1UL << 2 * i | ((uint64_t)e->kind | (uint64_t)length[e->len] << 2) << (16 + 4 * i);
}

int debugreg_load(struct hthread *h)
{
	uint64_t control = 0;
	unsigned n = 0;
	int e = poke(h->tid, CONTROL, 0);

	for (unsigned i = 0; i < ENTRIES && !e; i++) {
		if (!entry[i].space || entry[i].space != h->proc->space)
			continue;
		e = poke(h->tid, n, entry[i].addr);
		control |= control_bits(&entry[i], n++);
	}
	if (!e && control)
		e = poke(h->tid, CONTROL, control);
	if (!e)
		e = poke(h->tid, STATUS, 0);
	h->debug_generation = debugreg_generation;
	return e;
}

bool debugreg_hit(struct hthread *h, uint64_t *addr, enum debugreg_kind *kind)
{
	size_t at = offsetof(struct user, u_debugreg);
	unsigned n = 0;
	long status;

	errno = 0;
	status = ptrace(PTRACE_PEEKUSER, h->tid, at + STATUS * sizeof(long), 0);
	if (errno)
		return false;
	poke(h->tid, STATUS, 0);
	/* In the order in which they were loaded. */
	for (unsigned i = 0; i < ENTRIES; i++) {
		if (!entry[i].space || entry[i].space != h->proc->space)
			continue;
		if (status >> n++ & 1) {
			*addr = entry[i].addr;
			*kind = entry[i].kind;
			return true;
		}
	}
	return false;
}
