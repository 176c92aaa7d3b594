/* SPDX-License-Identifier: MIT */
/* IRQ sender: turns events into messages to a thread (L4Re manual, group "IRQs"). */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include "cap.h"
#include "ipc.h"

struct irq_pin;
struct thread;

struct irq {
	struct kobj obj;
	struct sender snd;
	struct thread *thread; /* bound to; pinned */
	bool queued;           /* in the thread's queue */
	bool pending;          /* triggered while nobody was bound */
	struct irq_pin *pin;   /* ICU pin it is attached to, or NULL */
};

static inline struct irq *irq_of(struct kobj *o)
{
	return (struct irq *)o;
}

static inline struct irq *irq_of_sender(struct sender *s)
{
	return list_entry(s, struct irq, snd);
}

struct irq *irq_create(struct factory *quota);

/* The event: one message is sent or queued; more while one is queued coalesce. */
void irq_trigger(struct irq *i);

/* ipc.c: the queued message has been handed over. */
void irq_delivered(struct irq *i);

/* An input line of an interrupt controller; each object that has one embeds it. */
struct irq_pin {
	struct irq *irq; /* attached; not pinned: irq.pin is the way back */
	bool masked;
	bool raised; /* event while masked or unattached */
};

void irq_pin_raise(struct irq_pin *p);
void irq_pin_detach(struct irq_pin *p);

/* What the ICU protocol shows of an object that has lines. */
struct irq_chip {
	struct irq_pin *pins;     /* lines first, then messages (MSI) */
	unsigned lines, messages; /* how many */
	uint32_t reserved;        /* lines that cannot be bound, a bit each */
};

/* The ICU protocol (label -1; L4Re manual, group "Interrupt controller"). */
uint64_t irq_chip_protocol(const struct irq_chip *chip, struct call *c);

#endif
