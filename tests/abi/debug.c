/* SPDX-License-Identifier: MIT */
/* The debugger capability: names and numbers of objects, text, trace buffer, events. */
#include "tap.h"

#include <l4/abi/debugger.h>
#include <l4/abi/trace.h>
#include <l4/sys/task.h>
#include <string.h>

#define DEBUGGER (10UL << L4_CAP_SHIFT)
#define IRQ SLOT(0)
#define TASK_CAP L4_BASE_TASK_CAP

/* Object operations take the object as the item. */
static long object(l4_umword_t op, unsigned words, l4_cap_idx_t cap)
{
	MR(0) = op;
	MR(words) = L4_ITEM_MAP;
	MR(words + 1) = l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(DEBUGGER | L4_SYSF_CALL, TAG(L4_PROTO_DEBUGGER, words, 1), 0, 0).result;
}

static long text(l4_umword_t op, unsigned words)
{
	return abi_call(DEBUGGER, L4_PROTO_DEBUGGER, words, op, 0, 0);
}

static void names(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	tap_is(object(L4_DEBUGGER_NAME_GET_OP, 1, IRQ), -L4_ENOENT, "an object without a name");
	memcpy(&MR(1), "bell\0\0\0", 8);
	tap_is(object(L4_DEBUGGER_NAME_SET_OP, 2, IRQ), 0, "name an object");
	tap_is(object(L4_DEBUGGER_NAME_GET_OP, 1, IRQ), 0, "ask for its name");
	tap_is(strcmp((const char *)&MR(0), "bell"), 0, "the name");
	memcpy(&MR(1), "0123456789abcdefghij\0\0\0", 24);
	object(L4_DEBUGGER_NAME_SET_OP, 4, IRQ);
	object(L4_DEBUGGER_NAME_GET_OP, 1, IRQ);
	tap_is(strcmp((const char *)&MR(0), "0123456789abcdef"), 0, "a long name is cut");
	tap_is(object(L4_DEBUGGER_NAME_SET_OP, 1, IRQ), 0, "an empty name");
	tap_is(object(L4_DEBUGGER_NAME_GET_OP, 1, IRQ), 0, "is a name");
	tap_is((long)MR(0), 0, "and takes the old one");
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static void numbers(void)
{
	l4_umword_t a;

	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(1));
	abi_copy(IRQ, SLOT(2), L4_CAP_FPAGE_RO, 0);
	tap_is(object(L4_DEBUGGER_GLOBAL_ID_OP, 1, IRQ), 0, "number of an object");
	a = MR(0);
	object(L4_DEBUGGER_GLOBAL_ID_OP, 1, SLOT(1));
	tap_is(MR(0) != a, 1, "differs from that of another");
	object(L4_DEBUGGER_GLOBAL_ID_OP, 1, SLOT(2));
	tap_is(MR(0) == a, 1, "and is one for all its capabilities");
	tap_is(object(L4_DEBUGGER_GLOBAL_ID_OP, 1, L4_BASE_TASK_CAP), 0, "a task has one");
	tap_is(object(L4_DEBUGGER_GLOBAL_ID_OP, 1, DEBUGGER), 0, "the debugger itself has one");
	tap_is(object(L4_DEBUGGER_GLOBAL_ID_OP, 1, SLOT(40)), -L4_EINVAL, "an empty slot");
	tap_is(text(L4_DEBUGGER_GLOBAL_ID_OP, 1), -L4_EINVAL, "no object");
	tap_is(object(0x17f, 1, IRQ), -L4_ENOSYS, "unknown object operation");
	MR(1) = a;
	tap_is(object(L4_DEBUGGER_QUERY_NAME_OP, 2, TASK_CAP), -L4_ENOENT,
	       "a name by number, not named");
	memcpy(&MR(1), "bell\0\0\0", 8);
	object(L4_DEBUGGER_NAME_SET_OP, 2, IRQ);
	MR(1) = a;
	tap_is(object(L4_DEBUGGER_QUERY_NAME_OP, 2, TASK_CAP), 0, "a name by number");
	tap_is(strcmp((const char *)&MR(0), "bell"), 0, "that name");
	MR(1) = ~0UL;
	tap_is(object(L4_DEBUGGER_QUERY_NAME_OP, 2, TASK_CAP), -L4_ENOENT, "a number nobody has");
	tap_is(object(L4_DEBUGGER_ADD_IMAGE_INFO_OP, 1, TASK_CAP), -L4_EINVAL,
	       "image information of one word");
	MR(1) = 0x400000;
	memcpy(&MR(2), "program", 8);
	tap_is(object(L4_DEBUGGER_ADD_IMAGE_INFO_OP, 3, TASK_CAP), 0, "image information");
	tap_is(object(L4_DEBUGGER_ADD_IMAGE_INFO_OP, 3, IRQ), -L4_ENOSYS, "of what is no task");
	MR(0) = L4_DEBUGGER_GLOBAL_ID_OP;
	MR(1) = L4_ITEM_MAP;
	MR(2) = l4_fpage(0x10000, 12, L4_FPAGE_RW).raw;
	tap_is(abi_invoke(DEBUGGER | L4_SYSF_CALL, TAG(L4_PROTO_DEBUGGER, 1, 1), 0, 0).result,
	       IPC_ERROR(L4_IPC_SEMSGCUT), "memory in place of an object");
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
	abi_drop(SLOT(1), L4_FP_DELETE_OBJ);
}

static void output(void)
{
	static const l4_umword_t ops[] = {
		L4_KDEBUG_OUTCHAR,  L4_KDEBUG_OUTNSTRING, L4_KDEBUG_OUTHEX32, L4_KDEBUG_OUTHEX20,
		L4_KDEBUG_OUTHEX16, L4_KDEBUG_OUTHEX12,   L4_KDEBUG_OUTHEX8,  L4_KDEBUG_OUTDEC,
	};

	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		tap_isf(text(ops[i], 1), -L4_EMSGTOOSHORT, "text operation %lu of one word",
			ops[i]);
		MR(1) = 0;
		if (ops[i] == L4_KDEBUG_OUTNSTRING)
			tap_is(text(ops[i], 2), 0, "an empty text");
	}
	abi_call(DEBUGGER, L4_PROTO_DEBUGGER, 2, L4_KDEBUG_OUTCHAR, '\n', 0);
	tap_is(text(0x63, 2), -L4_ENOSYS, "unknown text operation");
	tap_is(text(0x963, 2), -L4_ENOSYS, "unknown operation of an unknown group");
	tap_is(text(0x963, 1), -L4_EMSGTOOSHORT, "which is one of text");
}

static void trace(void)
{
	tap_is(text(L4_TRACE_LOG_OP, 1), -L4_EMSGTOOSHORT, "log of one word");
	tap_is(abi_call(DEBUGGER, L4_PROTO_DEBUGGER, 3, L4_TRACE_LOG_OP, 5, 0x6f6c6c6568UL), 0,
	       "log");
	tap_is(text(L4_TRACE_LOG_VALUES_OP, 4), -L4_EMSGTOOSHORT, "log of three values, short");
	MR(3) = MR(4) = MR(5) = 0;
	tap_is(text(L4_TRACE_LOG_VALUES_OP, 5), 0, "log of three values");
	tap_is(text(L4_TRACE_LOG_BINARY_OP, 1), -L4_EMSGTOOSHORT, "binary log of one word");
	tap_is(text(L4_TRACE_LOG_BINARY_OP, 2), 0, "binary log");
	tap_is(text(L4_TRACE_CLEAR_OP, 1), 0, "clear the trace buffer");
	tap_is(text(0x27f, 1), -L4_ENOSYS, "unknown trace operation");
	tap_is(abi_call(DEBUGGER, L4_PROTO_LOG, 2, 1, 0, 0), -L4_EBADPROTO, "wrong protocol");
}

#define STATUS_PAGE 0x600000000000UL
#define ENTRIES 0x610000000000UL

static long trace_map(l4_umword_t op, l4_addr_t addr, unsigned order)
{
	return abi_call(DEBUGGER, L4_PROTO_DEBUGGER, 2, op, l4_fpage(addr, order, L4_FPAGE_RW).raw,
			0);
}

static l4_msgtag_t trace_log(l4_umword_t op, unsigned text, const char *s, l4_umword_t len)
{
	MR(0) = op;
	MR(text - 1) = len;
	memset(&MR(text), 0, 16 * 8);
	memcpy(&MR(text), s, strlen(s));
	return abi_invoke(DEBUGGER | L4_SYSF_CALL, TAG(L4_PROTO_DEBUGGER, text + 12, 0), 0, 0).tag;
}

static void read_entry(void *to, const volatile l4_trace_entry_t *e, unsigned from, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		((unsigned char *)to)[i] = e->data[from + i];
}

static void trace_refused(void)
{
	tap_is(text(L4_TRACE_MAP_STATUS_OP, 1), -L4_EMSGTOOSHORT, "map the status, one word");
	tap_is(text(L4_TRACE_MAP_ENTRIES_OP, 1), -L4_EMSGTOOSHORT, "map the entries, one word");
	tap_is(trace_map(L4_TRACE_MAP_STATUS_OP, STATUS_PAGE, 11), -L4_EINVAL, "less than a page");
	tap_is(trace_map(L4_TRACE_MAP_STATUS_OP, STATUS_PAGE, 13), -L4_EINVAL, "more than it is");
	tap_is(trace_map(L4_TRACE_MAP_STATUS_OP, 1UL << 47, 12), -L4_EINVAL, "no user address");
	tap_is(abi_call(DEBUGGER, L4_PROTO_DEBUGGER, 2, L4_TRACE_MAP_STATUS_OP,
			l4_obj_fpage(DEBUGGER, 0, L4_CAP_FPAGE_RWS).raw, 0),
	       -L4_EINVAL, "a capability");
}

static void trace_mapped(void)
{
	const volatile l4_trace_status_t *s = (l4_trace_status_t *)STATUS_PAGE;
	const volatile l4_trace_entry_t *entries = (l4_trace_entry_t *)ENTRIES, *e;
	char copy[L4_TRACE_TEXT_SIZE];
	unsigned order = 12;
	l4_umword_t first, value[3];

	trace_refused();
	tap_is(trace_map(L4_TRACE_MAP_STATUS_OP, STATUS_PAGE, 12), 0, "map the status");
	tap_is((long)MR(0), STATUS_PAGE | 12 << 6 | L4_FPAGE_MEMORY << 4, "the flexpage");
	if (tap_hosted())
		tap_is(trace_map(L4_TRACE_MAP_STATUS_OP, STATUS_PAGE, 12), -L4_EEXIST,
		       "map it twice");
	else
		tap_skip("map it twice", "Fiasco stops in its debugger");
	tap_is(s->version, 0, "version of the trace buffer");
	tap_is((long)s->alignment, 64, "alignment of its status");
	tap_is((long)(s->mask & (s->mask + 1)), 0, "its size is a power of two");
	while ((s->mask + 1) * sizeof(*e) >> order > 1)
		order++;
	tap_is(trace_map(L4_TRACE_MAP_ENTRIES_OP, ENTRIES, order), 0, "map the entries");
	tap_is(text(L4_TRACE_CLEAR_OP, 1), 0, "clear the trace buffer");
	tap_is((long)s->tail, 0, "no entries");
	trace_log(L4_TRACE_LOG_OP, 2, "ab\ncd\x80", 6);
	tap_is((long)s->tail, 1, "one entry");
	first = s->tail;
	e = &entries[first & s->mask];
	tap_is((long)e->number, (long)first, "its number");
	tap_is(e->type, L4_TRACE_TEXT, "its type");
	tap_is(e->cpu, 0, "its CPU");
	read_entry(copy, e, L4_TRACE_TEXT_OFFSET, sizeof(copy));
	tap_is(strcmp(copy, "ab.cd."), 0, "a text, control characters are dots");
	MR(1) = 11;
	MR(2) = 12;
	MR(3) = 13;
	trace_log(L4_TRACE_LOG_VALUES_OP, 5, "values", 3);
	e = &entries[s->tail & s->mask];
	tap_is(e->type, L4_TRACE_VALUES, "type of an entry with values");
	read_entry(value, e, L4_TRACE_VALUES_OFFSET, sizeof(value));
	tap_is((long)(value[0] * 10000 + value[1] * 100 + value[2]), 111213, "the values");
	read_entry(copy, e, L4_TRACE_VALUES_TEXT_OFFSET, L4_TRACE_VALUES_TEXT_SIZE);
	tap_is(strcmp(copy, "val"), 0, "and as much of the text as said");
	trace_log(L4_TRACE_LOG_BINARY_OP, 2, "\1\2\3", 3);
	e = &entries[s->tail & s->mask];
	tap_is(e->type, L4_TRACE_BINARY, "type of an entry with bytes");
	tap_is(e->data[0] | e->data[1] << 8 | e->data[2] << 16, 0x30201, "the bytes");
	tap_is((long)s->tail, 3, "three entries");
	trace_log(L4_TRACE_LOG_OP, 2, "x", 1000);
	e = &entries[s->tail & s->mask];
	tap_is(e->data[L4_TRACE_TEXT_OFFSET + L4_TRACE_TEXT_SIZE - 1], 0,
	       "a text that is said to be long ends");
	tap_is(text(L4_TRACE_CLEAR_OP, 1), 0, "clear it");
	tap_is((long)s->tail, 0, "no entries are left");
	tap_is(entries[first & s->mask].type, L4_TRACE_UNUSED, "the first is not used");
}

static void events(void)
{
	memcpy(&MR(2), "no such event\0\0", 16);
	MR(1) = 0;
	tap_is(object(L4_DEBUGGER_SWITCH_LOG_OP, 4, TASK_CAP), -L4_ENOENT, "switch unknown events");
	tap_is(object(L4_DEBUGGER_SWITCH_LOG_OP, 2, TASK_CAP), -L4_EINVAL, "switch nothing");
	MR(1) = 0;
	tap_is(object(L4_DEBUGGER_QUERY_LOG_TYPE_OP, 2, TASK_CAP), -L4_EINVAL,
	       "an event without a name");
	MR(1) = 255;
	tap_is(object(L4_DEBUGGER_QUERY_LOG_TYPE_OP, 4, TASK_CAP), -L4_EINVAL,
	       "events behind the last one");
	MR(1) = 255;
	tap_is(object(L4_DEBUGGER_QUERY_LOG_NAME_OP, 2, TASK_CAP), -L4_EINVAL,
	       "name of the event behind the last one");
	tap_is(object(L4_DEBUGGER_QUERY_LOG_NAME_OP, 1, TASK_CAP), -L4_EINVAL, "name of no event");
	MR(1) = 0x1234;
	tap_is(object(L4_DEBUGGER_POINTER_ID_OP, 2, TASK_CAP), 0, "number of what is no object");
	tap_is((long)MR(0), -1, "is none");
	tap_is(text(L4_DEBUGGER_KMEM_STATS_OP, 1), 0, "statistics of kernel memory");
	tap_is(text(L4_DEBUGGER_KMEM_STATS_OP + 1, 1), -L4_ENOSYS, "other statistics");
	tap_is(text(0x400, 1), -L4_ENOSYS, "coverage");
}

static const struct tap_group groups[] = {
	{ "names", names }, { "numbers", numbers },     { "output", output },
	{ "trace", trace }, { "mapped", trace_mapped }, { "events", events },
};

TAP_MAIN("abi-debug")
