/* SPDX-License-Identifier: MIT */
/*
 * What image.h keeps of devices: I/O memory, which is configuration pages, rings and frame buffers,
 * and the memory that outlives a device process, with which a scratch disk is what it was. The
 * processes themselves are made anew: all that a device knows besides is in the driver's queues.
 */
#ifndef SNAPSHOT_DEVICES_H
#define SNAPSHOT_DEVICES_H

#include <stdbool.h>

/* Takes copies, or brings them up to date; devices have nothing to do. 0 or -ENOMEM. */
int devices_take(void);

/* Their processes have ended. */
void devices_put_back(void);

#endif
