// SPDX-License-Identifier: MIT
/*
 * Log: the console of the system (L4Re manual, group "Virtual Console"). Line ends are translated
 * here as the attributes say, whatever the console is connected to; echo is the business of a
 * terminal at its other end, which is told the attributes.
 */
#include "arch.h"
#include "call.h"
#include "irq_pin.h"
#include "platform.h"
#include "state.h"

#include "../fault/hook.h"

#include <l4/abi/ops.h>
#include <string.h>

struct log {
	struct kobj obj;
	struct irq_pin pin;
	uint64_t attr[3]; /* input, output, local flags */
};

STATE static struct log *log_object;

enum { ATTR_INPUT, ATTR_OUTPUT, ATTR_LOCAL };

/* Newlines get their return from the machine below, whatever the attributes say. */
static void log_put(struct log *l, struct call *c, const char *text, size_t len)
{
	uint64_t flags = l->attr[ATTR_OUTPUT];
	char buf[L4_VCON_WRITE_SIZE], faulty[L4_VCON_WRITE_SIZE];
	size_t n = 0;

	if (FAULT_ACTIVE) {
		memcpy(faulty, text, len);
		len = fault_write(c->self, &l->obj, faulty, len);
		text = faulty;
	}

	if (!(flags & (L4_VCON_OCRNL | L4_VCON_ONLRET))) {
		arch_console_write(text, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		char ch = text[i];

		if (ch == '\r' && flags & L4_VCON_OCRNL)
			ch = '\n';
		if (ch != '\r' || !(flags & L4_VCON_ONLRET))
			buf[n++] = ch;
	}
	arch_console_write(buf, n);
}

static uint64_t log_write(struct log *l, struct call *c)
{
	uint64_t len = c->words > 1 ? c->mr[1] : 0;
	uint64_t room = c->words > 2 ? (c->words - 2) * sizeof(uint64_t) : 0;

	if (len > L4_VCON_WRITE_SIZE)
		len = 0;
	if (len > room)
		len = room;
	if (len)
		log_put(l, c, (const char *)&c->mr[2], len);
	return call_no_reply(c);
}

/* Line ends of @n bytes of input, in place. Returns how many bytes are left. */
static size_t log_translate(uint64_t flags, char *buf, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		char c = buf[i];

		if (c == '\n' && flags & L4_VCON_INLCR)
			c = '\r';
		if (c == '\r' && flags & L4_VCON_IGNCR)
			continue;
		if (c == '\r' && flags & L4_VCON_ICRNL)
			c = '\n';
		buf[out++] = c;
	}
	return out;
}

static uint64_t log_read(struct log *l, struct call *c)
{
	size_t max = c->mr[0] >> 16, n;
	bool more;

	if (!(c->rights & CAP_W))
		return call_result(-L4_EPERM);
	if (max > L4_VCON_READ_SIZE)
		max = L4_VCON_READ_SIZE;
	if (FAULT_ACTIVE || fault_holds_input())
		n = fault_read(c->self, &l->obj, (char *)&c->mr[1], max, &more);
	else
		n = arch_console_read((char *)&c->mr[1], max, &more);
	n = log_translate(l->attr[ATTR_INPUT], (char *)&c->mr[1], n);
	c->mr[0] = more ? n : n | L4_VCON_READ_STAT_DONE;
	return call_result(0);
}

static void log_set_attr(struct log *l, uint64_t input, uint64_t output, uint64_t local)
{
	l->attr[ATTR_INPUT] = input;
	l->attr[ATTR_OUTPUT] = output | L4_VCON_ONLCR;
	l->attr[ATTR_LOCAL] = local;
	arch_console_modes(input, local);
}

static uint64_t log_protocol(struct log *l, struct call *c)
{
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	switch (c->mr[0] & 0xffff) {
	case L4_VCON_WRITE_OP:
		return log_write(l, c);
	case L4_VCON_READ_OP:
		return log_read(l, c);
	case L4_VCON_SET_ATTR_OP:
		if (c->words < 4)
			return call_result(-L4_EMSGTOOSHORT);
		log_set_attr(l, c->mr[1], c->mr[2], c->mr[3]);
		return call_result(0);
	case L4_VCON_GET_ATTR_OP:
		for (unsigned i = 0; i < 3; i++)
			c->mr[1 + i] = l->attr[i];
		return call_tag(0, 4, 0);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t log_invoke(struct kobj *o, struct call *c)
{
	struct log *l = (struct log *)o;

	switch (c->label) {
	case L4_PROTO_LOG:
		return log_protocol(l, c);
	case L4_PROTO_IRQ:
		return irq_chip_protocol(&(struct irq_chip){ &l->pin, 1, 0, 0 }, c);
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void log_kill(struct kobj *o)
{
	irq_pin_detach(&((struct log *)o)->pin);
	log_object = NULL;
}

static const struct kobj_ops log_ops = {
	.type = KOBJ_LOG,
	.name = "log",
	.size = sizeof(struct log),
	.invoke = log_invoke,
	.kill = log_kill,
};

struct kobj *log_create(void)
{
	struct log *l = kobj_create(&log_ops, NULL);

	if (!l)
		return NULL;
	log_set_attr(l, L4_VCON_ICRNL, L4_VCON_ONLCR, L4_VCON_ECHO);
	log_object = l;
	return &l->obj;
}

void log_input(void)
{
	if (log_object)
		irq_pin_raise(&log_object->pin);
}
