/* SPDX-License-Identifier: MIT */
/*
 * Disks in a snapshot: which file a disk reads, and what its overlay holds. The disk of a system
 * that is restored has that in memory: like everything else such a system does, what it writes
 * is gone with it.
 */
#ifndef SNAPSHOT_DISKS_H
#define SNAPSHOT_DISKS_H

#include "snapshot.h"

#include <limits.h>

struct device;
struct snapshot_out;

/* The path of its file. 0 or negative errno. */
int disks_path(const struct device *d, char path[PATH_MAX]);

/* What a record (records.h) has of a disk behind its path. 0 or negative errno. */
int disks_save(struct snapshot_out *o, const struct device *d);

/* Behind the record @d: false: what there is makes no sense. */
bool disks_next(struct snapshot *s, const struct snapshot_device *d, struct snapshot_disk *disk);

/*
 * Then, unless it is read-only: fills in @fd, the memory of a scratch disk. 0, -EINVAL: what there
 * is makes no sense; or another negative errno.
 */
int disks_fill(struct snapshot *s, const struct snapshot_disk *d, int fd);

#endif
