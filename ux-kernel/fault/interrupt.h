/* SPDX-License-Identifier: MIT */
/* Interrupts that nobody caused. */
#ifndef FAULT_INTERRUPT_H
#define FAULT_INTERRUPT_H

struct fault_plan;

/* Triggers the IRQ object that @p chooses, if there is any. */
void fault_spurious(struct fault_plan *p);

#endif
