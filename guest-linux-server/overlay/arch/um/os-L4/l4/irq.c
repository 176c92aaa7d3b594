// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of the vCPU thread. Each is an IRQ object bound to it with a label that holds its
 * number, so an upcall and a receive say the same thing.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include "l4c.h"

void l4_vcpu_irq(unsigned long label);

static u64 delivered; /* by the upcall that ended user mode */

static u64 mask_of(unsigned long label)
{
	return label - IRQ_LABEL < L4H_IRQ_MAX ? BIT_ULL(label - IRQ_LABEL) : 0;
}

void l4c_irq_delivered(unsigned long label)
{
	delivered |= mask_of(label);
}

/* From vcpu_entry.S: interrupt in kernel mode. */
void l4_vcpu_irq(unsigned long label)
{
	l4_irq_upcall(mask_of(label));
}

/* @dest: what is done before, with flags; a bell is triggered like any interrupt object. */
static bool receive(unsigned long dest, unsigned long timeouts)
{
	unsigned long label, tag;

	tag = l4c_invoke(dest | L4_SYSF_WAIT, l4c_tag(L4_PROTO_IRQ, 0, 0), timeouts, &label);
	if (tag & L4_MSGTAG_ERROR)
		return false;
	l4c_irq_delivered(label);
	return true;
}

u64 l4h_irq_fetch(void)
{
	u64 mask;

	while (l4h_irq_waiting() && receive(L4_INVALID_CAP, L4_TIMEOUT_ZERO))
		;
	mask = delivered;
	delivered = 0;
	return mask;
}

u64 l4h_irq_wait(int bell)
{
	receive(bell < 0 ? L4_INVALID_CAP : SEL(SLOT_BELL + bell) | L4_SYSF_SEND, L4_TIMEOUT_NEVER);
	return l4h_irq_fetch();
}

/* The console's interrupt is edge-triggered by new input: ready for the next edge. */
void l4h_irq_ack(int irq)
{
	l4_utcb_layout_t *u = l4c_utcb();
	int old = l4c_lock();

	u->mr[0] = L4_IRQ_OP_EOI;
	l4c_invoke(SEL(SLOT_IRQ + irq) | L4_SYSF_SEND, l4c_tag(L4_PROTO_IRQ, 1, 0), 0, NULL);
	l4c_unlock(old);
}

static void __init console_setup(l4_utcb_layout_t *u)
{
	/* a raw byte stream: Linux's terminal does echo and line ends itself */
	u->mr[0] = L4_VCON_SET_ATTR_OP;
	u->mr[1] = 0;
	u->mr[2] = 0;
	u->mr[3] = 0;
	l4c_call(L4_BASE_LOG_CAP, l4c_tag(L4_PROTO_LOG, 4, 0));

	u->mr[0] = L4_ICU_OP_BIND;
	u->mr[1] = 0; /* its only pin: input */
	u->mr[2] = L4_ITEM_MAP;
	u->mr[3] = l4c_cap_fpage(SLOT_IRQ + L4H_IRQ_CONSOLE, L4_CAP_FPAGE_RWS);
	l4c_call(L4_BASE_LOG_CAP, l4c_tag(L4_PROTO_IRQ, 2, 1));
}

void __init l4c_irq_init(void)
{
	int irq;

	for (irq = L4H_IRQ_TIMER; irq <= L4H_IRQ_CONSOLE; irq++) {
		l4c_create(L4_PROTO_IRQ_SENDER, SLOT_IRQ + irq);
		l4c_irq_bind(SLOT_IRQ + irq, IRQ_LABEL + irq);
	}
	console_setup(l4c_utcb());
}
