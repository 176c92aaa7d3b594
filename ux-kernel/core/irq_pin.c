// SPDX-License-Identifier: MIT
/* Interrupt lines and the protocol of whatever has some: ICU, log, scheduler. */
#include "call.h"
#include "irq.h"

#include <l4/abi/ops.h>

/* What a PC's device writes where to send a message. A vector is there while it is bound. */
#define MSI_ADDRESS 0xfee00000U
#define MSI_ASSERT (1U << 14)
#define MSI_FIRST_VECTOR 0x34U

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
	/* It leaves its old line first, even if it does not get this one. */
	i = irq_of(cap->obj);
	if (i->pin)
		irq_pin_detach(i->pin);
	if (!p || p->irq)
		return call_result(-L4_EINVAL);
	i->pin = p;
	p->irq = i;
	if (p->raised && !p->masked)
		irq_pin_raise(p);
	return call_result(0);
}

/* Whatever is bound is unbound; the capability must only be one of an IRQ. */
static uint64_t pin_unbind(struct irq_pin *p, struct call *c)
{
	struct cap *cap;
	int e = call_object(c, 0, KOBJ_IRQ, &cap);

	if (e)
		return call_object_error(c, e);
	if (p)
		irq_pin_detach(p);
	return call_result(0);
}

static uint64_t pin_mask(struct irq_pin *p, struct call *c, bool masked)
{
	if (p) {
		p->masked = masked;
		if (!masked && p->raised)
			irq_pin_raise(p);
	}
	return call_no_reply(c);
}

/* The line or message of that number, NULL: there is none to be had. */
static struct irq_pin *chip_pin(const struct irq_chip *chip, uint64_t number)
{
	uint32_t n = number & ~L4_ICU_FLAG_MSI;

	if (number & L4_ICU_FLAG_MSI)
		return n < chip->messages ? &chip->pins[chip->lines + n] : NULL;
	return n < chip->lines && !(chip->reserved & 1U << n) ? &chip->pins[n] : NULL;
}

static uint64_t chip_info(const struct irq_chip *chip, struct call *c)
{
	c->mr[0] = chip->messages ? L4_ICU_FLAG_MSI : 0;
	c->mr[1] = chip->lines;
	c->mr[2] = chip->messages;
	return call_tag(0, 3, 0);
}

static uint64_t chip_msi_info(const struct irq_chip *chip, struct call *c)
{
	struct irq_pin *p;

	if (!chip->messages)
		return call_result(-L4_ENOSYS);
	p = chip_pin(chip, c->mr[1]);
	if (!(c->mr[1] & L4_ICU_FLAG_MSI) || !p)
		return call_result(-L4_ERANGE);
	c->mr[0] = MSI_ADDRESS;
	c->mr[1] = MSI_ASSERT;
	if (p->irq)
		c->mr[1] |= MSI_FIRST_VECTOR + (p - chip->pins - chip->lines);
	return call_tag(0, 2, 0);
}

uint64_t irq_chip_protocol(const struct irq_chip *chip, struct call *c)
{
	struct irq_pin *p;

	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	if (c->mr[0] == L4_ICU_OP_INFO)
		return chip_info(chip, c);
	if (c->mr[0] > L4_ICU_OP_SET_MODE)
		return call_result(-L4_ENOSYS);
	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	p = chip_pin(chip, c->mr[1]);
	switch (c->mr[0]) {
	case L4_ICU_OP_BIND:
		return pin_bind(p, c);
	case L4_ICU_OP_UNBIND:
		return pin_unbind(p, c);
	case L4_ICU_OP_MSI_INFO:
		return chip_msi_info(chip, c);
	case L4_ICU_OP_UNMASK:
		return pin_mask(p, c, false);
	case L4_ICU_OP_MASK:
		return pin_mask(p, c, true);
	default: /* set mode: lines here are events, every mode is the same */
		return call_result(p ? 0 : -L4_EINVAL);
	}
}
