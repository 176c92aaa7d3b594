/* SPDX-License-Identifier: MIT */
/*
 * The objects of which there is one each: ICU with platform control, log, scheduler, debugger.
 * They hold no state of any program.
 */
#ifndef CORE_PLATFORM_H
#define CORE_PLATFORM_H

#include "cap.h"

struct kobj *icu_create(void);
struct kobj *log_create(void);
struct kobj *scheduler_create(void);
struct kobj *debugger_create(void);

/* Console input has arrived: raises the log's virtual interrupt. */
void log_input(void);

/* Interrupt line @pin of the ICU. */
void icu_raise(unsigned pin);

#endif
