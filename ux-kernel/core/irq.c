// SPDX-License-Identifier: MIT
/* IRQ objects. */
#include "irq.h"

#include "../fault/hook.h"
#include "arch.h"
#include "call.h"
#include "thread.h"

#include <l4/abi/ops.h>

/* The event: one message is sent or queued; more while one is queued coalesce. */
static void irq_hit(struct irq_base *b)
{
	struct irq *i = irq_of(&b->obj);

	if (FAULT_ACTIVE && fault_irq(b))
		return;
	if (i->thread && i->thread->obj.dead)
		irq_rejected(i);
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

/* Returns whether a message was waiting; it stays pending. */
static bool irq_detach(struct irq *i)
{
	bool was = i->queued;
	struct thread *t = i->thread;

	list_del(&i->snd.link);
	i->queued = false;
	i->pending |= was;
	i->thread = NULL;
	if (t)
		kobj_unpin(&t->obj);
	return was;
}

void irq_rejected(struct irq *i)
{
	irq_detach(i);
}

static uint64_t irq_bind(struct irq *i, struct call *c)
{
	struct thread *t;
	uint64_t answer;

	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	if (!call_thread_item(c, &t, &answer))
		return answer;
	i->snd.label = c->mr[1];
	if (i->thread == t)
		return call_result(0);
	kobj_pin(&t->obj);
	irq_detach(i);
	i->thread = t;
	if (i->pending) {
		i->pending = false;
		irq_hit(&i->base);
	}
	return call_result(0);
}

long irq_opcode(const struct call *c)
{
	if (c->words)
		return c->mr[0] & 0xffff;
	return c->label == L4_PROTO_IRQ ? L4_IRQ_OP_TRIGGER : -1;
}

static uint64_t irq_trigger_protocol(struct irq *i, struct call *c, long op)
{
	switch (op) {
	case L4_IRQ_OP_TRIGGER:
		if (i->base.pin && i->base.pin->bell)
			arch_doorbell(i->base.pin->bell - 1U);
		else
			irq_hit(&i->base);
		return call_no_reply(c);
	case L4_IRQ_OP_EOI:
		if (!i->queued && !i->pending)
			irq_unmask(&i->base);
		return call_no_reply(c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t irq_detach_protocol(struct irq *i, struct call *c, long op)
{
	if (op != L4_IRQ_OP_DETACH)
		return call_result(-L4_ENOSYS);
	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	return call_result(i->thread ? irq_detach(i) : -L4_ENOENT);
}

static uint64_t irq_invoke(struct kobj *o, struct call *c)
{
	struct irq *i = irq_of(o);
	long op = irq_opcode(c);

	if (op < 0)
		return call_result(-L4_EINVAL);
	switch (c->label) {
	case L4_PROTO_IRQ:
		return irq_trigger_protocol(i, c, op);
	case L4_PROTO_KOBJECT:
		return op == L4_RCV_EP_BIND_OP ? irq_bind(i, c) : call_result(-L4_ENOSYS);
	case L4_PROTO_IRQ_SENDER:
		return irq_detach_protocol(i, c, op);
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void irq_kill(struct kobj *o)
{
	struct irq *i = irq_of(o);

	if (i->base.pin)
		irq_pin_detach(i->base.pin);
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
	i->base.hit = irq_hit;
	list_init(&i->snd.link);
	list_init(&i->snd.waiters);
	i->snd.is_irq = true;
	i->snd.prio = 255;
	return i;
}
