// SPDX-License-Identifier: MIT
/* Interrupt lines and the protocol of whatever has some: ICU, log, scheduler. */
#include "call.h"
#include "irq.h"

#include <l4/abi/ops.h>

void irq_pin_raise(struct irq_pin *p)
{
	if (!p->irq || p->masked) {
		p->raised = true;
		return;
	}
	p->raised = false;
	irq_trigger(p->irq);
}

void irq_pin_detach(struct irq_pin *p)
{
	if (p->irq)
		p->irq->pin = NULL;
	p->irq = NULL;
}

static uint64_t pin_bind(struct irq_pin *p, struct call *c)
{
	struct cap *cap;
	struct irq *i;
	int e = call_object(c, 0, KOBJ_IRQ, &cap);

	if (e)
		return call_object_error(c, e);
	if (!(cap->rights & CAP_W))
		return call_result(-L4_EPERM);
	if (p->irq)
		return call_result(-L4_EINVAL);
	i = irq_of(cap->obj);
	if (i->pin)
		irq_pin_detach(i->pin);
	i->pin = p;
	p->irq = i;
	if (p->raised && !p->masked)
		irq_pin_raise(p);
	return call_result(0);
}

static uint64_t pin_unbind(struct irq_pin *p, struct call *c)
{
	struct cap *cap;
	int e = call_object(c, 0, KOBJ_IRQ, &cap);

	if (e)
		return call_object_error(c, e);
	if (p->irq != irq_of(cap->obj))
		return call_result(-L4_ENOENT);
	irq_pin_detach(p);
	return call_result(0);
}

static uint64_t pin_mask(struct irq_pin *p, struct call *c, bool masked)
{
	p->masked = masked;
	if (!masked && p->raised)
		irq_pin_raise(p);
	return call_no_reply(c);
}

uint64_t irq_pin_protocol(struct irq_pin *pins, unsigned count, unsigned msis, struct call *c)
{
	struct irq_pin *p;

	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	if (c->mr[0] == L4_ICU_OP_INFO) {
		c->mr[0] = msis ? L4_ICU_FLAG_MSI : 0;
		c->mr[1] = count;
		c->mr[2] = msis;
		return call_tag(0, 3, 0);
	}
	if (c->mr[0] > L4_ICU_OP_SET_MODE)
		return call_result(-L4_ENOSYS);
	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	if (c->mr[1] >= count || c->mr[0] == L4_ICU_OP_MSI_INFO)
		return call_result(-L4_EINVAL);
	p = &pins[c->mr[1]];
	switch (c->mr[0]) {
	case L4_ICU_OP_BIND:
		return pin_bind(p, c);
	case L4_ICU_OP_UNBIND:
		return pin_unbind(p, c);
	case L4_ICU_OP_UNMASK:
		return pin_mask(p, c, false);
	case L4_ICU_OP_MASK:
		return pin_mask(p, c, true);
	default: /* set mode: lines here are events, every mode is the same */
		return call_result(0);
	}
}
