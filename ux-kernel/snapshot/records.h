/* SPDX-License-Identifier: MIT */
/*
 * Devices in a snapshot. Each has a record with the option it was started with, from which the
 * command line makes the device anew, and with the memory that outlives its process: there is all
 * that a device must remember besides its queues and its configuration page.
 */
#ifndef SNAPSHOT_RECORDS_H
#define SNAPSHOT_RECORDS_H

#include "snapshot.h"

struct snapshot_out;

/* Writes about all devices, which are held (host/device.h). 0 or negative errno. */
int records_save(struct snapshot_out *o);

/*
 * After snapshot_open(), before anything else of @s is read: the next device, @option is in the
 * snapshot. false: what there is makes no sense. A disk: disks.h; another device: records_fill().
 */
bool records_next(struct snapshot *s, struct snapshot_device *d, const char **option);

/*
 * Fills @fd, an empty file, with the memory of a device. 0, -EINVAL: what there is makes no sense;
 * or another negative errno.
 */
int records_fill(struct snapshot *s, const struct snapshot_device *d, int fd);

#endif
