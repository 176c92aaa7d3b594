/* SPDX-License-Identifier: MIT */
/*
 * The objects of which there is one each: ICU with platform control, log, scheduler, debugger, and
 * an IOMMU when there are devices. They hold no state of any program.
 */
#ifndef CORE_PLATFORM_H
#define CORE_PLATFORM_H

#include "cap.h"

/* With an interrupt and a doorbell for each of @devices devices. */
struct kobj *icu_create(unsigned devices);
struct kobj *log_create(void);
struct kobj *scheduler_create(void);
struct kobj *debugger_create(void);

/* Console input has arrived: raises the log's virtual interrupt. */
void log_input(void);

/* Interrupt of @device. */
void icu_raise(unsigned device);

/* Where its interrupt and its doorbell are at the ICU, as programs say it. */
uint32_t icu_interrupt(unsigned device);
uint32_t icu_doorbell(unsigned device);

#endif
