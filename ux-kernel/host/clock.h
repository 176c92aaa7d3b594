/* SPDX-License-Identifier: MIT */
/* System clock: the time stamp counter, scaled the way the KIP's clock code does it. */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <stdint.h>

/* Measures the counter's rate. 0, or -ENODEV when the host has no usable counter. */
int clock_init(void);

uint64_t clock_tsc_khz(void);
uint64_t clock_scaler_us(void); /* us = tsc * scaler >> 32 */
uint64_t clock_scaler_ns(void); /* ns = tsc * scaler >> 27 */

/* Host CLOCK_REALTIME, nanoseconds, at the moment the system clock was 0. */
int64_t clock_epoch_ns(void);

#endif
