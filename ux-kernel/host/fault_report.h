/* SPDX-License-Identifier: MIT */
/* Says on standard error what a fault has struck. */
#ifndef HOST_FAULT_REPORT_H
#define HOST_FAULT_REPORT_H

#include <stdint.h>

struct fault_plan;
struct kobj;

/* As arch_fault_report(). */
void fault_report(const struct fault_plan *p, const struct kobj *victim, uint64_t detail);

#endif
