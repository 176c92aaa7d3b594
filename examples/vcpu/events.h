/* SPDX-License-Identifier: MIT */
/* The entry point of the vCPU. */
#ifndef EXAMPLES_VCPU_EVENTS_H
#define EXAMPLES_VCPU_EVENTS_H

#include <l4/sys/vcpu.h>

#define IRQ_LABEL 0x1230UL

/* What the events need: the vCPU's own IRQ, the user task and the page it may have. */
struct machine {
	l4_cap_idx_t irq, task;
	char *page;
	volatile int armed; /* the ticker is to fire once */
};
extern struct machine machine;

/* The kernel enters here whenever the user task needs attention; does not return. */
_Noreturn void vcpu_entry(l4_vcpu_state_t *v);

/* Continues the user task, with a page for it if @rights is not 0. */
_Noreturn void vcpu_continue(l4_vcpu_state_t *v, unsigned rights);

#endif
