// SPDX-License-Identifier: MIT
/*
 * Debugger capability: text to the simulator's log, names of objects (ABI reference 7.8).
 */
#include "arch.h"
#include "call.h"
#include "check.h"
#include "fpage.h"
#include "kmem.h"
#include "platform.h"
#include "task.h"
#include "thread.h"
#include "trace.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>
#include <string.h>

static void put_hex(uint64_t v, unsigned digits)
{
	char buf[16];

	for (unsigned i = 0; i < digits; i++)
		buf[i] = "0123456789abcdef"[v >> 4 * (digits - 1 - i) & 15];
	arch_debug_write(buf, digits);
}

static void put_decimal(uint64_t v)
{
	char buf[20];
	unsigned n = sizeof(buf);

	do
		buf[--n] = '0' + v % 10;
	while (v /= 10);
	arch_debug_write(buf + n, sizeof(buf) - n);
}

static void put_string(struct call *c)
{
	uint64_t len = c->mr[1];
	uint64_t room = (c->words - 2) * sizeof(uint64_t);

	arch_debug_write((const char *)&c->mr[2], len < room ? len : room);
}

static uint64_t debugger_text(struct call *c)
{
	uint64_t v = c->mr[1];
	char ch = v;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	switch (c->mr[0]) {
	case L4_KDEBUG_OUTCHAR:
		arch_debug_write(&ch, 1);
		break;
	case L4_KDEBUG_ENTER: /* no interactive debugger: the text is what is left of it */
	case L4_KDEBUG_OUTNSTRING:
		put_string(c);
		break;
	case L4_KDEBUG_OUTHEX32:
		put_hex(v, 8);
		break;
	case L4_KDEBUG_OUTHEX20:
		put_hex(v, 5);
		break;
	case L4_KDEBUG_OUTHEX16:
		put_hex(v, 4);
		break;
	case L4_KDEBUG_OUTHEX12:
		put_hex(v, 3);
		break;
	case L4_KDEBUG_OUTHEX8:
		put_hex(v, 2);
		break;
	case L4_KDEBUG_OUTDEC:
		put_decimal(v);
		break;
	default:
		return call_result(-L4_ENOSYS);
	}
	return call_result(0);
}

static uint64_t object_name_set(struct kobj *o, struct call *c)
{
	size_t room = (c->words - 1) * sizeof(uint64_t);

	if (room > KOBJ_NAME_LEN)
		room = KOBJ_NAME_LEN;
	memset(o->name, 0, sizeof(o->name));
	memcpy(o->name, &c->mr[1], room);
	o->named = true;
	return call_result(0);
}

static uint64_t debugger_object(struct call *c)
{
	struct cap *cap = NULL;
	unsigned pos = c->words;
	struct kobj *o;

	/* Any kind of object is good here. */
	if (c->items && pos + 2 <= 63 && fpage_type(c->mr[pos + 1]) == L4_FPAGE_OBJ)
		cap = cap_lookup(&c->self->task->caps, fpage_index(c->mr[pos + 1]));
	if (!cap)
		return call_result(-L4_EINVAL);
	o = cap->obj;
	switch (c->mr[0]) {
	case L4_DEBUGGER_NAME_SET_OP:
		return object_name_set(o, c);
	case L4_DEBUGGER_GLOBAL_ID_OP:
		c->mr[0] = o->id;
		return call_tag(0, 1, 0);
	case L4_DEBUGGER_NAME_GET_OP:
		if (!o->named)
			return call_result(-L4_ENOENT);
		c->mr[KOBJ_NAME_LEN / 8] = 0;
		memcpy(&c->mr[0], o->name, KOBJ_NAME_LEN);
		return call_tag(0, KOBJ_NAME_LEN / 8 + 1, 0);
	default:
		return call_result(-L4_ENOSYS);
	}
}

/* For programs that test the kernel: see l4/abi/ux.h. */
static uint64_t debugger_ux(struct call *c)
{
	const char *why;

	switch (c->mr[0]) {
	case L4_UX_DEBUGGER_CHECK_OP:
		c->self->busy = false; /* nothing has changed in this kernel entry yet */
		why = check_core();
		c->self->busy = true;
		if (why) {
			arch_debug_write("\nnot true: ", 11);
			arch_debug_write(why, strlen(why));
			arch_debug_write("\n", 1);
		}
		c->mr[0] = why != NULL;
		return call_tag(0, 1, 0);
	case L4_UX_DEBUGGER_KMEM_OP:
		c->mr[0] = kmem_used();
		c->mr[1] = kmem_total();
		return call_tag(0, 2, 0);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t debugger_invoke(struct kobj *o, struct call *c)
{
	(void)o;
	if (c->label != L4_PROTO_DEBUGGER)
		return call_result(-L4_EBADPROTO);
	if (!c->words)
		return call_result(0);
	if (c->mr[0] >> 8 == 0)
		return debugger_text(c);
	if (c->mr[0] >> 8 == 1)
		return debugger_object(c);
	if (c->mr[0] >> 8 == 2)
		return trace_invoke(c);
	if (c->mr[0] >> 8 == L4_UX_DEBUGGER_CHECK_OP >> 8)
		return debugger_ux(c);
	return call_result(-L4_ENOSYS);
}

static const struct kobj_ops debugger_ops = {
	.type = KOBJ_DEBUGGER,
	.name = "debugger",
	.size = sizeof(struct kobj),
	.invoke = debugger_invoke,
};

struct kobj *debugger_create(void)
{
	return kobj_create(&debugger_ops, NULL);
}
