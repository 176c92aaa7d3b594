// SPDX-License-Identifier: MIT
/*
 * Log: the console of the system (L4Re manual, group "Virtual Console"). Terminal attributes are
 * kept and reported; translating CR and LF is left to the terminal at the other end.
 */
#include "arch.h"
#include "call.h"
#include "irq_pin.h"
#include "platform.h"

#include <l4/abi/ops.h>

struct log {
	struct kobj obj;
	struct irq_pin pin;
	uint64_t attr[3]; /* input, output, local flags */
};

static struct log *log_object;

static uint64_t log_write(struct call *c)
{
	uint64_t len = c->words > 1 ? c->mr[1] : 0;
	uint64_t room = c->words > 2 ? (c->words - 2) * sizeof(uint64_t) : 0;

	if (len > room)
		len = room;
	if (len > L4_VCON_WRITE_SIZE)
		len = L4_VCON_WRITE_SIZE;
	if (len)
		arch_console_write((const char *)&c->mr[2], len);
	return call_no_reply(c);
}

static uint64_t log_read(struct call *c)
{
	size_t max = c->mr[0] >> 16, n;
	bool more;

	if (!(c->rights & CAP_W))
		return call_result(-L4_EPERM);
	if (max > L4_VCON_READ_SIZE)
		max = L4_VCON_READ_SIZE;
	n = arch_console_read((char *)&c->mr[1], max, &more);
	c->mr[0] = more ? n : n | L4_VCON_READ_STAT_DONE;
	return call_result(0);
}

static uint64_t log_protocol(struct log *l, struct call *c)
{
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	switch (c->mr[0] & 0xffff) {
	case L4_VCON_WRITE_OP:
		return log_write(c);
	case L4_VCON_READ_OP:
		return log_read(c);
	case L4_VCON_SET_ATTR_OP:
		if (c->words < 4)
			return call_result(-L4_EMSGTOOSHORT);
		for (unsigned i = 0; i < 3; i++)
			l->attr[i] = c->mr[1 + i];
		l->attr[1] |= L4_VCON_ONLCR;
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
	l->attr[0] = L4_VCON_ICRNL;
	l->attr[1] = L4_VCON_ONLCR;
	l->attr[2] = L4_VCON_ECHO;
	log_object = l;
	return &l->obj;
}

void log_input(void)
{
	if (log_object)
		irq_pin_raise(&log_object->pin);
}
