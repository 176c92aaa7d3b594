/* SPDX-License-Identifier: MIT */
/* The debugger capability: names and numbers of objects, text, trace buffer. */
#include "tap.h"

#include <l4/abi/debugger.h>
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

static const struct tap_group groups[] = {
	{ "names", names },
	{ "numbers", numbers },
	{ "output", output },
	{ "trace", trace },
};

TAP_MAIN("abi-debug")
