/* SPDX-License-Identifier: MIT */
/*
 * Disks in a snapshot: which file a disk reads, and what its overlay holds. The disk of a system
 * that is restored has that in memory: like everything else such a system does, what it writes
 * is gone with it.
 */
#ifndef SNAPSHOT_DISKS_H
#define SNAPSHOT_DISKS_H

#include "snapshot.h"

struct device_plan;
struct snapshot_out;

/* Writes about all disks. 0 or negative errno. */
int disks_save(struct snapshot_out *o);

/*
 * After snapshot_open(), before anything else of @s is read: the next disk. *@path is its file, in
 * the snapshot; false: what there is makes no sense.
 */
bool disks_next(struct snapshot *s, struct snapshot_disk *d, const char **path);

/*
 * Then, unless it is read-only: fills in @fd, the memory of a scratch disk. 0, -EINVAL: what there
 * is makes no sense; or another negative errno.
 */
int disks_fill(struct snapshot *s, const struct snapshot_disk *d, int fd);

#endif
