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
	switch (c->mr[0] & 0xff) {
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

static uint64_t object_name_get(const struct kobj *o, struct call *c)
{
	if (!o || !o->named)
		return call_result(-L4_ENOENT);
	c->mr[KOBJ_NAME_LEN / 8] = 0;
	memcpy(&c->mr[0], o->name, KOBJ_NAME_LEN);
	return call_tag(0, KOBJ_NAME_LEN / 8 + 1, 0);
}

static const struct kobj *object_by_id(uint64_t id)
{
	list_for_each(it, &kobj_all) {
		const struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->id == id && !o->dead)
			return o;
	}
	return NULL;
}

static uint64_t debugger_object(struct call *c)
{
	struct cap *cap;
	int e = call_item(c, 0, &cap);

	if (e)
		return call_object_error(c, e);
	switch (c->mr[0]) {
	case L4_DEBUGGER_NAME_SET_OP:
		return object_name_set(cap->obj, c);
	case L4_DEBUGGER_GLOBAL_ID_OP:
		c->mr[0] = cap->obj->id;
		return call_tag(0, 1, 0);
	case L4_DEBUGGER_NAME_GET_OP:
		return object_name_get(cap->obj, c);
	case L4_DEBUGGER_QUERY_NAME_OP:
		return object_name_get(object_by_id(c->mr[1]), c);
	case L4_DEBUGGER_ADD_IMAGE_INFO_OP: /* for an interactive debugger */
		if (cap->obj->ops->type != KOBJ_TASK)
			return call_result(-L4_ENOSYS);
		return call_result(c->words < 2 ? -L4_EINVAL : 0);
	case L4_DEBUGGER_POINTER_ID_OP:
		c->mr[0] = ~0UL;
		return call_tag(0, 1, 0);
	case L4_DEBUGGER_SWITCH_LOG_OP: /* the kernel has no events to log */
		return call_result(c->words < 3 ? -L4_EINVAL : -L4_ENOENT);
	case L4_DEBUGGER_QUERY_LOG_TYPE_OP:
	case L4_DEBUGGER_QUERY_LOG_NAME_OP:
		return call_result(-L4_EINVAL);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t debugger_kmem(const struct call *c)
{
	if (c->mr[0] != L4_DEBUGGER_KMEM_STATS_OP)
		return call_result(-L4_ENOSYS);
	arch_debug_write("kernel memory: ", 15);
	put_decimal(kmem_used());
	arch_debug_write(" of ", 4);
	put_decimal(kmem_total());
	arch_debug_write(" bytes\n", 7);
	return call_result(0);
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
		return call_result(c->items ? -L4_EMSGTOOSHORT : 0);
	switch ((unsigned)c->mr[0] >> 8) {
	case 1:
		return debugger_object(c);
	case 2:
		return trace_invoke(c);
	case 4: /* coverage */
		return call_result(-L4_ENOSYS);
	case 5:
		return debugger_kmem(c);
	case L4_UX_DEBUGGER_CHECK_OP >> 8:
		return debugger_ux(c);
	default:
		return debugger_text(c);
	}
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
