// SPDX-License-Identifier: MIT
/* IRQ objects. */
#include "irq.h"

#include "call.h"
#include "thread.h"

#include <l4/abi/ops.h>

void irq_trigger(struct irq *i)
{
	if (!i->thread) {
		i->pending = true;
		return;
	}
	if (i->queued)
		return;
	i->queued = true;
	ipc_irq(&i->snd, i->thread);
}

void irq_delivered(struct irq *i)
{
	i->queued = false;
}

/* Returns whether a message was waiting. */
static bool irq_detach(struct irq *i)
{
	bool was = i->queued;
	struct thread *t = i->thread;

	list_del(&i->snd.link);
	i->queued = false;
	i->thread = NULL;
	if (t)
		kobj_unpin(&t->obj);
	return was;
}

static uint64_t irq_bind(struct irq *i, struct call *c)
{
	struct thread *t;
	uint64_t answer;

	if (!call_bind_thread(c, &t, &answer))
		return answer;
	kobj_pin(&t->obj);
	i->pending |= irq_detach(i);
	i->thread = t;
	i->snd.label = c->mr[1];
	if (i->pending) {
		i->pending = false;
		irq_trigger(i);
	}
	return call_result(0);
}

static uint64_t irq_trigger_protocol(struct irq *i, struct call *c)
{
	unsigned op = c->words ? c->mr[0] & 0xffff : L4_IRQ_OP_TRIGGER;

	switch (op) {
	case L4_IRQ_OP_TRIGGER:
		irq_trigger(i);
		return call_no_reply(c);
	case L4_IRQ_OP_EOI:
		if (i->pin) {
			struct irq_pin *p = i->pin;

			p->masked = false;
			if (p->raised)
				irq_pin_raise(p);
		}
		return call_no_reply(c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t irq_invoke(struct kobj *o, struct call *c)
{
	struct irq *i = irq_of(o);

	switch (c->label) {
	case L4_PROTO_IRQ:
		return irq_trigger_protocol(i, c);
	case L4_PROTO_KOBJECT:
		if (c->words < 1)
			return call_result(-L4_EMSGTOOSHORT);
		return c->mr[0] == L4_RCV_EP_BIND_OP ? irq_bind(i, c) : call_result(-L4_ENOSYS);
	case L4_PROTO_IRQ_SENDER:
		if (c->words < 1)
			return call_result(-L4_EMSGTOOSHORT);
		if (c->mr[0] != L4_IRQ_OP_DETACH)
			return call_result(-L4_ENOSYS);
		if (!i->thread)
			return call_result(-L4_ENOENT);
		return call_result(irq_detach(i));
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void irq_kill(struct kobj *o)
{
	struct irq *i = irq_of(o);

	if (i->pin)
		irq_pin_detach(i->pin);
	ipc_sender_gone(&i->snd);
	irq_detach(i);
}

static const struct kobj_ops irq_ops = {
	.type = KOBJ_IRQ,
	.name = "irq",
	.size = sizeof(struct irq),
	.invoke = irq_invoke,
	.kill = irq_kill,
};

struct irq *irq_create(struct factory *quota)
{
	struct irq *i = kobj_create(&irq_ops, quota);

	if (!i)
		return NULL;
	list_init(&i->snd.link);
	list_init(&i->snd.waiters);
	i->snd.is_irq = true;
	i->snd.prio = 255;
	return i;
}
