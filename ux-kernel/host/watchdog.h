/* SPDX-License-Identifier: MIT */
/*
 * The watchdog of a run that must not hang: ends the system when nothing can happen any more, when
 * a program computes for too long without entering the kernel, or when there were too many entries
 * (fault_start()). Host time decides nothing, so a busy host does not bark.
 */
#ifndef HOST_WATCHDOG_H
#define HOST_WATCHDOG_H

#include <stdint.h>

struct watchdog {
	uint64_t entries; /* kernel entries; 0: no watchdog */
	uint64_t spin_ns; /* CPU time of a program without an entry */
};

/* From now on @spin_ns of CPU time in one go are too much. Call it once the first tasks run. */
void watchdog_start(const struct watchdog *w);
void watchdog_stop(void);

/* Nothing is to run and no timeout will come: with a watchdog, the system ends. */
void watchdog_idle(void);

#endif
