/* SPDX-License-Identifier: MIT */
/*
 * The sheet of a device: a page that kernel and device process share and that outlives the latter.
 * The kernel writes which faults are to strike, and in simulated time what time it is; the device
 * counts what happens, and strikes. ux-kernel/fault/point.h says what can go wrong.
 *
 * Who writes what when: the kernel while the device has nothing to do, or has not begun to; the
 * device while it works on what the doorbell announced. Only `now_us' and `count' can change at
 * other times (real time, a fault injected from outside): they are single words. So are `awake' and
 * `raised', which have nothing to do with faults: host/device_irq.h.
 */
#ifndef DEVICES_SHEET_WIRE_H
#define DEVICES_SHEET_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define DEVICE_SHEET_VERSION 2U
#define DEVICE_SHEET_BYTES 4096U
#define DEVICE_SHEET_FAULTS 32U
#define DEVICE_SHEET_NEVER UINT64_MAX

/* Which way: to the device's outside, from there. */
#define DEVICE_WAY_OUT 1U
#define DEVICE_WAY_IN 2U

struct device_fault {
	uint32_t point;       /* index into fault_points */
	uint32_t ways;        /* DEVICE_WAY_*: events that go another way are not counted */
	uint64_t first, last; /* which of the events, from 1; last 0: only count */
	uint64_t not_before;  /* microseconds from the start */
	uint64_t arg;
	uint64_t seen, fired; /* written by the device */
};

struct device_sheet {
	uint32_t version;
	uint32_t count;    /* faults; written last */
	uint64_t now_us;   /* simulated time; DEVICE_SHEET_NEVER: real time, since begin_us */
	uint64_t begin_us; /* of the host's monotonic clock */
	uint64_t wake_us;  /* device: when it wants its doorbell rung; DEVICE_SHEET_NEVER: not */
	char device[16];   /* its name, for messages */
	uint32_t awake;    /* kernel: it will look at `raised' before it does anything else */
	uint32_t raised;   /* device: an interrupt; the kernel takes it away */
	uint64_t reserved;
	struct device_fault fault[DEVICE_SHEET_FAULTS];
};

_Static_assert(sizeof(struct device_fault) == 56, "fault");
_Static_assert(offsetof(struct device_sheet, wake_us) == 24, "times");
_Static_assert(offsetof(struct device_sheet, awake) == 48, "interrupt");
_Static_assert(offsetof(struct device_sheet, fault) == 64, "sheet");
_Static_assert(sizeof(struct device_sheet) <= DEVICE_SHEET_BYTES, "sheet");

#endif
