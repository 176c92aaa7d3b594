// SPDX-License-Identifier: MIT
/*
 * Trace buffer: a ring of entries that programs write, and that a dump prints or a program reads,
 * for when printing at once would change what is looked at. Its memory is there from the first use
 * to the end of the system: programs can have it mapped.
 */
#include "trace.h"

#include "arch.h"
#include "call.h"
#include "state.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/debugger.h>
#include <l4/abi/trace.h>
#include <string.h>

#define ENTRIES 256U
#define CACHE_LINE 64U
#define VALUES 3U
#define ENTRY_PAGES (ENTRIES * sizeof(l4_trace_entry_t) / L4_PAGESIZE)

/* Time in entries is in nanoseconds: their "time stamp counter" has a rate of its own. */
#define TSC_TO_NS (1U << 27)
#define TSC_TO_US 4294968U
#define NS_TO_TSC (1U << 31)

STATE static struct {
	l4_trace_status_t *status; /* NULL: not there yet */
	l4_trace_entry_t *entry;
	uint64_t pa;
} trace;

static bool trace_make(void)
{
	char *memory;

	if (trace.status)
		return true;
	memory = arch_ku_alloc(1 + ENTRY_PAGES, &trace.pa);
	if (!memory)
		return false;
	trace.status = (l4_trace_status_t *)memory;
	trace.entry = (l4_trace_entry_t *)(memory + L4_PAGESIZE);
	trace.status->alignment = CACHE_LINE;
	trace.status->mask = ENTRIES - 1;
	trace.status->scaler_tsc_to_ns = TSC_TO_NS;
	trace.status->scaler_tsc_to_us = TSC_TO_US;
	trace.status->scaler_ns_to_tsc = NS_TO_TSC;
	return true;
}

void trace_stop(void)
{
	if (trace.status)
		arch_ku_free(trace.status, 1 + ENTRY_PAGES);
	trace.status = NULL;
}

static void clear(void)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		trace.entry[i].type = L4_TRACE_UNUSED;
	trace.status->tail = 0;
}

/* The next entry; commit() makes it valid. */
static l4_trace_entry_t *begin(struct call *c, uint8_t type)
{
	l4_trace_entry_t *e = &trace.entry[++trace.status->tail % ENTRIES];
	uint64_t now = arch_now();

	e->number = 0;
	e->ip = c->self->regs.ip;
	e->tsc = now * 1000;
	e->context = c->self->obj.id;
	e->kclock = now;
	e->type = type;
	return e;
}

static uint64_t commit(l4_trace_entry_t *e)
{
	e->number = trace.status->tail;
	return call_result(0);
}

/* Bytes that message register @from begins with, of mr[from - 1] that are said to be there. */
static size_t length(const struct call *c, unsigned from, size_t max)
{
	uint64_t len = c->mr[from - 1], room = (c->words - from) * sizeof(uint64_t);

	if (len > room)
		len = room;
	return len < max ? len : max;
}

static void put_text(uint8_t *dst, size_t size, const struct call *c, unsigned from)
{
	const signed char *src = (const signed char *)&c->mr[from];
	size_t len = length(c, from, size - 1);

	for (size_t i = 0; i < len; i++)
		dst[i] = src[i] >= ' ' ? src[i] : '.';
	dst[len] = '\0';
}

static uint64_t log_text(struct call *c)
{
	l4_trace_entry_t *e;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	e = begin(c, L4_TRACE_TEXT);
	put_text(e->data + L4_TRACE_TEXT_OFFSET, L4_TRACE_TEXT_SIZE, c, 2);
	return commit(e);
}

static uint64_t log_values(struct call *c)
{
	l4_trace_entry_t *e;

	if (c->words < 5)
		return call_result(-L4_EMSGTOOSHORT);
	e = begin(c, L4_TRACE_VALUES);
	memcpy(e->data + L4_TRACE_VALUES_OFFSET, &c->mr[1], VALUES * sizeof(uint64_t));
	put_text(e->data + L4_TRACE_VALUES_TEXT_OFFSET, L4_TRACE_VALUES_TEXT_SIZE, c, 5);
	return commit(e);
}

static uint64_t log_binary(struct call *c)
{
	l4_trace_entry_t *e;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	e = begin(c, L4_TRACE_BINARY);
	memcpy(e->data, &c->mr[2], length(c, 2, L4_TRACE_BINARY_SIZE));
	return commit(e);
}

/* A part of the buffer in the caller's task, to be read. */
static uint64_t map(struct call *c, uint64_t pa, unsigned pages)
{
	uint64_t fp;
	int e;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	fp = c->mr[1];
	e = task_share(c->self->task, &fp, pa, pages);
	if (e)
		return call_result(e);
	c->mr[0] = fp;
	return call_tag(0, 1, 0);
}

static void put_hex(uint64_t v, unsigned digits)
{
	char buf[17] = " ";

	for (unsigned i = 0; i < digits; i++)
		buf[1 + i] = "0123456789abcdef"[v >> 4 * (digits - 1 - i) & 15];
	arch_debug_write(buf, 1 + digits);
}

static void put_entry(const l4_trace_entry_t *e)
{
	const uint8_t *text = e->data + L4_TRACE_TEXT_OFFSET;
	uint64_t value[VALUES];

	put_hex(e->tsc / 1000, 16);
	put_hex(e->context, 16);
	if (e->type == L4_TRACE_BINARY) {
		for (unsigned i = 0; i < L4_TRACE_BINARY_SIZE; i++)
			put_hex(e->data[i], 2);
		arch_debug_write("\n", 1);
		return;
	}
	if (e->type == L4_TRACE_VALUES) {
		memcpy(value, e->data + L4_TRACE_VALUES_OFFSET, sizeof(value));
		for (unsigned i = 0; i < VALUES; i++)
			put_hex(value[i], 16);
		text = e->data + L4_TRACE_VALUES_TEXT_OFFSET;
	}
	arch_debug_write(" ", 1);
	arch_debug_write((const char *)text, strlen((const char *)text));
	arch_debug_write("\n", 1);
}

static uint64_t dump(void)
{
	uint64_t tail = trace.status->tail;

	for (uint64_t n = tail > ENTRIES ? tail - ENTRIES + 1 : 1; n <= tail; n++)
		put_entry(&trace.entry[n % ENTRIES]);
	return call_result(0);
}

uint64_t trace_invoke(struct call *c)
{
	if (!trace_make())
		return call_result(-L4_ENOMEM);
	switch ((unsigned)c->mr[0]) {
	case L4_TRACE_LOG_OP:
		return log_text(c);
	case L4_TRACE_LOG_VALUES_OP:
		return log_values(c);
	case L4_TRACE_LOG_BINARY_OP:
		return log_binary(c);
	case L4_TRACE_CLEAR_OP:
		clear();
		return call_result(0);
	case L4_TRACE_DUMP_OP:
		return dump();
	case L4_TRACE_MAP_STATUS_OP:
		return map(c, trace.pa, 1);
	case L4_TRACE_MAP_ENTRIES_OP:
		return map(c, trace.pa + L4_PAGESIZE, ENTRY_PAGES);
	default:
		return call_result(-L4_ENOSYS);
	}
}
