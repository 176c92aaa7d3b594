// SPDX-License-Identifier: MIT
/* Interrupt lines and the protocol of whatever has some: ICU, log, scheduler. */
#include "irq_pin.h"

#include "call.h"

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
	p->irq->hit(p->irq);
}

void irq_pin_detach(struct irq_pin *p)
{
	if (p->irq)
		p->irq->pin = NULL;
	p->irq = NULL;
}

bool irq_pin_attach(struct irq_pin *p, struct irq_base *i)
{
	if (p->irq)
		return false;
	if (i->pin)
		irq_pin_detach(i->pin);
	i->pin = p;
	p->irq = i;
	return true;
}

bool irq_item(struct call *c, struct irq_base **i, uint64_t *answer)
{
	struct cap *cap;
	int e = call_item(c, 0, &cap);

	if (!e && cap->obj->ops->type != KOBJ_IRQ && cap->obj->ops->type != KOBJ_SEMAPHORE)
		e = -L4_EINVAL;
	if (e) {
		*answer = call_object_error(c, e);
		return false;
	}
	if (!(cap->rights & CAP_W)) {
		*answer = call_result(-L4_EPERM);
		return false;
	}
	*i = (struct irq_base *)cap->obj;
	return true;
}

static void pin_mask(struct irq_pin *p, bool masked)
{
	p->masked = masked;
	if (!masked && p->raised)
		irq_pin_raise(p);
}

void irq_unmask(struct irq_base *i)
{
	if (i->pin)
		pin_mask(i->pin, false);
}

/* @p is NULL where there is no such pin; the IRQ has left its old one all the same. */
static uint64_t pin_bind(struct irq_pin *p, struct call *c)
{
	struct irq_base *i;
	uint64_t answer;

	if (!irq_item(c, &i, &answer))
		return answer;
	if (i->pin)
		irq_pin_detach(i->pin);
	if (!p || !irq_pin_attach(p, i))
		return call_result(-L4_EINVAL);
	if (p->raised && !p->masked)
		irq_pin_raise(p);
	return call_result(0);
}

/* Whatever IRQ is named, the pin loses the one it has. */
static uint64_t pin_unbind(struct irq_pin *p, struct call *c)
{
	struct cap *cap;
	int e = call_item(c, 0, &cap);

	if (!e && cap->obj->ops->type != KOBJ_IRQ && cap->obj->ops->type != KOBJ_SEMAPHORE)
		e = -L4_EINVAL;
	if (e)
		return call_object_error(c, e);
	if (p)
		irq_pin_detach(p);
	return call_result(0);
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
	uint64_t op = c->words ? c->mr[0] : 0;
	struct irq_pin *p = c->words > 1 ? chip_pin(chip, c->mr[1]) : NULL;

	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	switch (op) {
	case L4_ICU_OP_INFO:
		return chip_info(chip, c);
	case L4_ICU_OP_BIND:
	case L4_ICU_OP_UNBIND:
		if (c->words < 2 || !c->items)
			return call_result(-L4_EMSGTOOSHORT);
		return op == L4_ICU_OP_BIND ? pin_bind(p, c) : pin_unbind(p, c);
	case L4_ICU_OP_UNMASK:
	case L4_ICU_OP_MASK:
		if (p)
			pin_mask(p, op == L4_ICU_OP_MASK);
		return call_no_reply(c);
	case L4_ICU_OP_MSI_INFO:
		return c->words < 3 ? call_result(-L4_EMSGTOOSHORT) : chip_msi_info(chip, c);
	case L4_ICU_OP_SET_MODE:    /* lines here are events, every mode is the same */
		if (c->mr[1] >> 32) /* the others take the low half for the number */
			p = NULL;
		return call_result(c->words < 3 ? -L4_EMSGTOOSHORT : p ? 0 : -L4_EINVAL);
	default:
		return call_result(-L4_ENOSYS);
	}
}
