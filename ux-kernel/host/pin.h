/* SPDX-License-Identifier: MIT */
/*
 * One host CPU for the kernel and all task processes: a hand-over between two CPUs costs ten
 * times as much.
 */
#ifndef HOST_PIN_H
#define HOST_PIN_H

#define PIN_AUTO (-1)
#define PIN_NONE (-2)

/* Pins to @cpu; PIN_AUTO: the one this process was started on. 0 or negative errno. */
int pin_cpu(int cpu);

#endif
