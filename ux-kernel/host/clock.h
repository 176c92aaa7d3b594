/* SPDX-License-Identifier: MIT */
/*
 * System clock: the time stamp counter, or the simulated one (vtime.h), scaled the way the KIP's
 * clock code does it.
 */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <stdint.h>

/* Measures the counter's rate. 0, or -ENODEV when the host has no usable counter. */
int clock_init(void);

uint64_t clock_tsc_khz(void);
uint64_t clock_scaler_us(void); /* us = tsc * scaler >> 32 */
uint64_t clock_scaler_ns(void); /* ns = tsc * scaler >> 27 */

/* Microseconds of host time, from an arbitrary start: for what is about the host. */
uint64_t clock_host_us(void);

#endif
