/* SPDX-License-Identifier: MIT */
/*
 * A system that is started once and runs many times: at a kernel entry of its life a copy of all
 * that it is is kept in memory, and when it has ended it goes back there. RAM is copied page by
 * page, those that may have changed (host/dirty.h); task processes stay, and with them what is
 * mapped there (engine/mark.h).
 *
 * Device processes are started anew: only devices can go back whose plan says so (host/device.h),
 * in simulated time. In real time the clock goes on: to a system with a timeout under way, time
 * jumps.
 */
#ifndef UX_CHECKPOINT_H
#define UX_CHECKPOINT_H

#include "snapshot/image.h"

#include <stdbool.h>
#include <stdint.h>

struct checkpoint {
	uint64_t entries; /* as fault_entries() counts them */
	/* Called when so many were made and the system lies still. It changes @entries. */
	void (*reached)(void *arg);
	/* The system has ended, with stop_status(). true: it has gone back, and runs. */
	bool (*ended)(void *arg);
	void *arg;
};

/* Keeps the system as it is, in place of what was kept. 0 or negative errno. */
int checkpoint_take(void);

/*
 * Makes it what it was; faults are disarmed, the watchdog and the time-out are off. 0, or negative
 * errno: it must end.
 */
int checkpoint_return(struct image_sum *sum);

#endif
