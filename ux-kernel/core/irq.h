/* SPDX-License-Identifier: MIT */
/* IRQ sender: turns events into messages to a thread (L4Re manual, group "IRQs"). */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include "cap.h"
#include "ipc.h"
#include "irq_pin.h"

struct thread;

struct irq {
	struct irq_base base;
	struct sender snd;
	struct thread *thread; /* bound to; pinned */
	bool queued;           /* in the thread's queue */
	bool pending;          /* triggered while nobody was bound */
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

/* ipc.c: the queued message has been handed over. */
void irq_delivered(struct irq *i);

/* ipc.c: the thread is gone; the event is kept for the next one to be bound. */
void irq_rejected(struct irq *i);

/* Operation code of a message to an IRQ or semaphore; -1: it has none. */
long irq_opcode(const struct call *c);

#endif
