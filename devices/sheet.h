/* SPDX-License-Identifier: MIT */
/*
 * The page a device process shares with the kernel: its interrupt, and fault injection. The device
 * asks at each of its events whether something is to go wrong. Without faults that costs the
 * test of a word.
 */
#ifndef DEVICES_SHEET_H
#define DEVICES_SHEET_H

#include "../ux-kernel/fault/point.h"
#include "sheet_wire.h"

#include <stdbool.h>

/* From the descriptor the device was started with. 0 or negative errno. */
int sheet_open(void);

/* Leaves an interrupt on it. true: the kernel must be told, too; it may not be looking. */
bool sheet_raise(void);

/* For tests: another sheet. */
void sheet_use(struct device_sheet *sheet);

/* Whether there is any fault. */
bool sheet_any(void);

/*
 * The next fault, from *@i on, that strikes at this @event (which went a @way, or 0); NULL: none.
 * Called until it is NULL, with *@i 0 at first: it counts the event.
 */
struct device_fault *sheet_next(unsigned *i, enum fault_event event, unsigned way);

/* Whether an armed fault has this effect and can still strike. */
bool sheet_expects(enum fault_effect effect);

enum fault_effect sheet_effect(const struct device_fault *f);

/* Has struck: counted, and reported with what is said of it ("": nothing). */
void sheet_struck(struct device_fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether time is simulated. */
bool sheet_simulated(void);

/* Microseconds from the start, of the clock that the system goes by. */
uint64_t sheet_now(void);

/* The device is to be woken at @us; the earliest one counts, and only until then. */
void sheet_wake(uint64_t us);

/* That time; UINT64_MAX: none. */
uint64_t sheet_wakes(void);

/* For the device's main loop: @timeout_ms made shorter by that; forgets what is past. */
int sheet_timeout(int timeout_ms);

#endif
