/* SPDX-License-Identifier: MIT */
/* Interrupt lines: a controller raises them, an IRQ or a semaphore hears them. */
#ifndef CORE_IRQ_PIN_H
#define CORE_IRQ_PIN_H

#include "kobj.h"

struct call;
struct irq_pin;

/* What IRQs and semaphores have in common: the first member of both. */
struct irq_base {
	struct kobj obj;
	struct irq_pin *pin; /* attached to, or NULL */
	void (*hit)(struct irq_base *i);
};

/* A line; each object that has one embeds it. */
struct irq_pin {
	struct irq_base *irq; /* attached; not pinned: irq.pin is the way back */
	bool masked;
	bool raised;  /* event while masked or unattached */
	uint8_t bell; /* the other way round: 1 + the device that is rung; 0: a line */
};

void irq_pin_raise(struct irq_pin *p);

/* Attaches @i, which leaves the pin it had. false: @p is taken. */
bool irq_pin_attach(struct irq_pin *p, struct irq_base *i);
void irq_pin_detach(struct irq_pin *p);

/* The IRQ or semaphore named by the first item, with W. false: @answer is the error to return. */
bool irq_item(struct call *c, struct irq_base **i, uint64_t *answer);

/* End of interrupt: the line @i is attached to may raise it again. */
void irq_unmask(struct irq_base *i);

/* What the ICU protocol shows of an object that has lines. */
struct irq_chip {
	struct irq_pin *pins;     /* lines first, then messages (MSI) */
	unsigned lines, messages; /* how many */
	uint32_t reserved;        /* lines that cannot be bound, a bit each */
};

/* The ICU protocol (label -1; L4Re manual, group "Interrupt controller"). */
uint64_t irq_chip_protocol(const struct irq_chip *chip, struct call *c);

#endif
