/* SPDX-License-Identifier: MIT */
/*
 * Faults of devices: handed to their processes on a sheet (devices/sheet_wire.h), which count
 * events and strike; the counts come back from there.
 */
#ifndef HOST_DEVICE_FAULT_H
#define HOST_DEVICE_FAULT_H

#include <stdbool.h>

struct device;
struct device_plan;
struct fault_plan;

/*
 * Which of @count devices @p is about: exactly one. Its number, -1 when @p's point is not one of
 * devices, or -ENODEV after a report.
 */
int device_fault_find(const struct fault_plan *p, const struct device_plan *plan, unsigned count);

/* Makes the sheet of a new device. 0 or negative errno. */
int device_fault_prepare(struct device *d);

/*
 * After fault_start(): arms @p, if it is about a device, among those there are. @p is kept, as by
 * fault_arm(). 0, or negative errno after a report.
 */
int device_fault_arm(struct fault_plan *p);

/* Before the doorbell of @d is rung: what time it is. */
void device_fault_bell(struct device *d);

/* @d has done what it was asked for (simulated time only), and may want to be woken. */
void device_fault_settled(struct device *d);

/* Some device may hold something back, by a fault: its process alone knows. Simulated time. */
bool device_fault_waits(void);

/* A new process begins, which has no wish to be woken yet. */
void device_fault_begin(struct device *d);

/* Brings the counts into the plans. */
void device_fault_collect(void);

/* Disarms all. */
void device_fault_stop(void);

#endif
