// SPDX-License-Identifier: MIT
/*
 * Trace buffer: a ring of entries that programs write and that a dump prints, for when printing
 * at once would change what is looked at.
 */
#include "trace.h"

#include "arch.h"
#include "call.h"
#include "state.h"
#include "thread.h"

#include <l4/abi/debugger.h>
#include <string.h>

#define ENTRIES 256U
#define TEXT_SIZE 40U

struct entry {
	uint64_t time, thread;
	uint64_t value[3];
	bool values;
	unsigned len;
	char text[TEXT_SIZE];
};

STATE static struct entry ring[ENTRIES];
STATE static uint64_t logged;

/* An entry with the text that begins in message register @from, of mr[from - 1] bytes. */
static struct entry *log_text(struct call *c, unsigned from)
{
	struct entry *e = &ring[logged++ % ENTRIES];
	uint64_t len = c->mr[from - 1], room = (c->words - from) * sizeof(uint64_t);

	if (len > room)
		len = room;
	if (len > TEXT_SIZE)
		len = TEXT_SIZE;
	*e = (struct entry){ .time = arch_now(), .thread = c->self->obj.id, .len = len };
	memcpy(e->text, &c->mr[from], len);
	return e;
}

static void put_hex(uint64_t v)
{
	char buf[17] = " ";

	for (unsigned i = 0; i < 16; i++)
		buf[1 + i] = "0123456789abcdef"[v >> (60 - 4 * i) & 15];
	arch_debug_write(buf, sizeof(buf));
}

static void put_entry(const struct entry *e)
{
	put_hex(e->time);
	put_hex(e->thread);
	for (unsigned i = 0; e->values && i < 3; i++)
		put_hex(e->value[i]);
	arch_debug_write(" ", 1);
	arch_debug_write(e->text, e->len);
	arch_debug_write("\n", 1);
}

static void dump(void)
{
	uint64_t first = logged > ENTRIES ? logged - ENTRIES : 0;

	for (uint64_t i = first; i < logged; i++)
		put_entry(&ring[i % ENTRIES]);
}

uint64_t trace_invoke(struct call *c)
{
	unsigned op = c->mr[0];
	struct entry *e;

	switch (op) {
	case L4_TRACE_LOG_OP:
	case L4_TRACE_LOG_BINARY_OP:
		if (c->words < 2)
			return call_result(-L4_EMSGTOOSHORT);
		log_text(c, 2);
		return call_result(0);
	case L4_TRACE_LOG_VALUES_OP:
		if (c->words < 5)
			return call_result(-L4_EMSGTOOSHORT);
		e = log_text(c, 5);
		e->values = true;
		memcpy(e->value, &c->mr[1], sizeof(e->value));
		return call_result(0);
	case L4_TRACE_CLEAR_OP:
		logged = 0;
		return call_result(0);
	case L4_TRACE_DUMP_OP:
		dump();
		return call_result(0);
	default:
		return call_result(-L4_ENOSYS);
	}
}
