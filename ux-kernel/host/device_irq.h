/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of device processes. A device leaves a mark on its sheet (devices/sheet_wire.h). While
 * the kernel is awake that is all: it looks for marks before it lets guest code run, and before
 * it sleeps. While it is not, the device wakes it through the IRQ pipe.
 *
 * Nothing is lost: kernel and device both write their word first and then read the other's.
 */
#ifndef HOST_DEVICE_IRQ_H
#define HOST_DEVICE_IRQ_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel looks for marks by itself from here on; false: not any more, look once afterwards. */
void device_irq_awake(bool awake);

/* Whether there is a mark. */
bool device_irq_marked(void);

/* Takes all marks: a bit for each device. */
uint64_t device_irq_take(void);

#endif
