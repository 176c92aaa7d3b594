/* SPDX-License-Identifier: MIT */
/* Kernel semaphore (L4Re manual, group "Kernel Semaphore"). */
#ifndef CORE_SEMAPHORE_H
#define CORE_SEMAPHORE_H

#include "irq_pin.h"

struct semaphore {
	struct irq_base base;
	long count;
	struct list waiters; /* threads by priority: struct sender.link */
};

struct semaphore *semaphore_create(struct factory *quota);

#endif
